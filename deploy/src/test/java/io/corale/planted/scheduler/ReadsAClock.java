package io.corale.planted.scheduler;

import java.time.Instant;

final class ReadsAClock {
  Instant broken() {
    return Instant.now();
  }
}
