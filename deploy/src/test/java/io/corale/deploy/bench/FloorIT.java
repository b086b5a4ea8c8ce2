package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FloorIT {
  @Test
  void threeProcessesCommitWhatTheirLeaderAppends(@TempDir Path directory) throws Exception {
    // given
    FloorLoad load = new FloorLoad(10, 100, 4, Duration.ofMillis(500), Duration.ofSeconds(1));
    // when
    FloorRun.Result result = FloorRun.run(directory, load);
    // then
    assertThat(result.figures().entries()).isPositive();
    assertThat(result.processorTime()).isPositive();
    assertThat(result.text()).contains("commands per CPU-second");
  }
}
