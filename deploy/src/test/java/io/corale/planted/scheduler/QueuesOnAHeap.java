package io.corale.planted.scheduler;

import java.util.PriorityQueue;
import java.util.Queue;

final class QueuesOnAHeap {
  Queue<Long> broken() {
    return new PriorityQueue<>();
  }
}
