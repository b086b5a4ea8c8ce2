package io.corale.planted.scheduler;

import java.util.Random;

final class DrawsChance {
  int broken() {
    return new Random(1).nextInt();
  }
}
