package io.corale.planted.scheduler;

import java.util.concurrent.atomic.AtomicLong;

final class MeetsThreads {
  long broken(AtomicLong shared) {
    return shared.get();
  }
}
