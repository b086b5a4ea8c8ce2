package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** How long processors have worked for some processes. */
final class ProcessorTime {
  private ProcessorTime() {}

  /** Since their start, all together. */
  static Duration of(List<CoraleProcess> processes) {
    return sum(processes.stream().flatMap(process -> ProcessHandle.of(process.pid()).stream()));
  }

  /** Since the start of this one. */
  static Duration ofThis() {
    return sum(Stream.of(ProcessHandle.current()));
  }

  private static Duration sum(Stream<ProcessHandle> handles) {
    return handles
        .flatMap(handle -> handle.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
