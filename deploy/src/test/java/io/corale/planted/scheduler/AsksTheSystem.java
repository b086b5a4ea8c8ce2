package io.corale.planted.scheduler;

final class AsksTheSystem {
  long broken() {
    return System.nanoTime();
  }
}
