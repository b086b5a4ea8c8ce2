package io.corale.planted.scheduler;

import java.util.SortedMap;
import java.util.TreeMap;

final class QueuesOnATreeMap {
  SortedMap<Long, String> broken() {
    return new TreeMap<>();
  }
}
