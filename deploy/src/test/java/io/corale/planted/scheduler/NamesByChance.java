package io.corale.planted.scheduler;

import java.util.UUID;

final class NamesByChance {
  String broken() {
    return UUID.randomUUID().toString();
  }
}
