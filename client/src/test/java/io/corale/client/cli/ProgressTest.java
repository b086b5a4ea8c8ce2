package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Reply;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter err = new StringWriter();
  private final AtomicLong nanos = new AtomicLong(7);

  private Progress progress(boolean isTerminal) {
    return new Progress(new PrintWriter(err), isTerminal, nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static Reply<Door.InvocationStatus> running(Duration recorded) {
    return new Reply.Given<>(
        Door.InvocationStatus.newBuilder()
            .setPhase(Door.Phase.RUNNING)
            .setAgeMicros(recorded.toNanos() / 1_000)
            .setCallsRunning(1)
            .build());
  }

  @Test
  void timeGoesOnWhileNothingIsRecorded() {
    Progress progress = progress(true);

    pass(Duration.ofMillis(250));
    progress.show(running(Duration.ZERO));
    pass(Duration.ofMillis(250));
    progress.show(running(Duration.ZERO));

    assertThat(err.toString()).contains("\rrunning 0.250 s", "\rrunning 0.500 s");
  }

  @Test
  void whatRanBeforeAnybodyWatchedCounts() {
    Progress progress = progress(true);

    progress.show(running(Duration.ofMinutes(1)));

    assertThat(err.toString()).contains("\rrunning 60.000 s");
  }

  @Test
  void awayFromATerminalOnlyAChangeIsALine() {
    Progress progress = progress(false);

    progress.show(running(Duration.ZERO));
    pass(Duration.ofSeconds(2));
    progress.show(running(Duration.ZERO));

    assertThat(err.toString().lines()).hasSize(1);
  }
}
