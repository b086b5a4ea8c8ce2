package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.Reply;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.examples.Example;
import io.corale.model.InvocationId;
import io.corale.wire.Door;
import io.corale.wire.Door.ScheduleReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A schedule wakes its owner's cell when it is published, and goes on when its superpeer dies. */
final class SchedulesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_MILLIS = 200;
  private static final String NAME = "schedule-every";

  @TempDir private static Path directory;

  @Test
  void runsByItselfThroughALostSuperpeerUntilItIsStopped() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, 3, ""));
        Client owner = cluster.client("scheduled").build()) {
      Owners.enter(owner, Owners.account("sim", "sim", 4));
      Owners.publish(owner, example().source());

      ScheduleReport first = await(owner, report -> report.getBegun() >= 2);
      assertThat(first.getTiming()).isEqualTo("every PT2S");
      requireCompleted(owner, InvocationId.scheduled(NAME, 1));
      String superpeer = Owners.superpeer(owner);
      cluster.node(cluster.indexOf(superpeer)).kill();
      ScheduleReport later = await(owner, report -> report.getBegun() >= first.getBegun() + 2);
      for (long number = 1; number < later.getBegun(); number++) {
        requireCompleted(owner, InvocationId.scheduled(NAME, number));
      }

      Owners.given(owner.stopSchedule(NAME).get());
      ScheduleReport stopped =
          await(owner, report -> report.getState() == ScheduleReport.State.STOPPED);
      TimeUnit.SECONDS.sleep(5);
      assertThat(report(owner).orElseThrow().getBegun()).isEqualTo(stopped.getBegun());
    }
  }

  private static Example example() throws Exception {
    return Example.all().stream()
        .filter(example -> example.name().equals(NAME))
        .findFirst()
        .orElseThrow();
  }

  private static void requireCompleted(Client owner, InvocationId id) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    Door.InvocationStatus status = Owners.given(owner.status(id).get());
    while (status.getPhase() == Door.Phase.RUNNING && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      status = Owners.given(owner.status(id).get());
    }
    assertThat(status.getPhase()).as(id.value()).isEqualTo(Door.Phase.COMPLETED);
  }

  private static ScheduleReport await(Client owner, Predicate<ScheduleReport> wanted)
      throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    Optional<ScheduleReport> report = report(owner);
    while (report.filter(wanted).isEmpty() && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      report = report(owner);
    }
    assertThat(report).hasValueSatisfying(each -> assertThat(each).matches(wanted));
    return report.orElseThrow();
  }

  private static Optional<ScheduleReport> report(Client owner) throws Exception {
    return owner.schedules().get() instanceof Reply.Given<Door.ScheduleList> given
        ? given.value().getSchedulesList().stream().findFirst()
        : Optional.empty();
  }
}
