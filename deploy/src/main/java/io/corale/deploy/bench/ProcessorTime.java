package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import java.time.Duration;
import java.util.List;

/** How long processors have worked for some processes. */
final class ProcessorTime {
  private ProcessorTime() {}

  /** Since their start, all together. */
  static Duration of(List<CoraleProcess> processes) {
    return processes.stream()
        .flatMap(process -> ProcessHandle.of(process.pid()).stream())
        .flatMap(handle -> handle.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
