package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import java.time.Duration;
import java.util.List;

/** How processes are stopped: asked, one after the other, and killed if they do not go. */
final class Stopped {
  private Stopped() {}

  /** Even where we are interrupted meanwhile: then the rest is killed when this process ends. */
  static void all(List<CoraleProcess> processes, Duration grace) {
    try {
      for (CoraleProcess process : processes) {
        process.stop(grace);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
