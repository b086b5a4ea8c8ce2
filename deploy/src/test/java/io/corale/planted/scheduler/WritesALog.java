package io.corale.planted.scheduler;

import org.slf4j.Logger;

final class WritesALog {
  void broken(Logger log) {
    log.info("applied");
  }
}
