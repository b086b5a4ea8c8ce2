package io.corale.deploy.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecorderHistoryTest {
  private static final long NOW_MILLIS = 1_800_000_000_000L;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private long nowNanos;
  private final Journal journal =
      new Journal(
          file, () -> nowNanos, Clock.fixed(Instant.ofEpochMilli(NOW_MILLIS), ZoneOffset.UTC));

  @Test
  void findsTheHighestConcurrencyPerFunctionAndInTotal() {
    journal.started(call("label", "a/1", 1));
    journal.started(call("label", "b/1", 1));
    journal.ended(call("label", "a/1", 1), "ANSWERS");
    journal.started(call("resize", "a/2", 1));
    journal.started(call("resize", "c/2", 1));

    RecorderHistory history = history();

    assertThat(history.highest("label")).isEqualTo(2);
    assertThat(history.highest("resize")).isEqualTo(2);
    assertThat(history.highest("never called")).isZero();
    assertThat(history.highest()).isEqualTo(3);
  }

  @Test
  void tellsRepeatedExecutionsFromOverlappingOnes() {
    journal.started(call("label", "again", 1));
    journal.ended(call("label", "again", 1), "FAILS");
    journal.started(call("label", "again", 2));
    journal.started(call("label", "twice", 1));
    journal.started(call("label", "twice", 2));

    RecorderHistory history = history();

    assertThat(history.attempts())
        .containsEntry("again", List.of(1, 2))
        .containsEntry("twice", List.of(1, 2));
    assertThat(history.overlapping()).containsExactly("twice");
    assertThat(history.total().keysStartedTwice()).isEqualTo(2);
  }

  @Test
  void doesNotCountARefusalAsAStart() {
    journal.started(call("label", "a/1", 1));
    journal.refused(call("label", "b/1", 1), "1 run already");

    Stats stats = history().stats().get("label");

    assertThat(stats).isEqualTo(new Stats(1, 0, 1, 1, 1, 1, 0, 0, 0, 0));
  }

  @Test
  void findsStartsAfterTheTimeThatTheCallNamed() {
    journal.started(new Journal.Execution("label", "late", 1, NOW_MILLIS - 7));
    journal.started(new Journal.Execution("label", "in time", 1, NOW_MILLIS));

    assertThat(history().total().startedLate()).isEqualTo(1);
    assertThat(history().total().mostLateMillis()).isEqualTo(7);
  }

  /** It was not given a processor, so that what came in time was seen late. */
  @Test
  void holdsNothingAgainstACallForWhichItStoodStillItself() {
    standStill(200);
    work(100);
    standStill(300);

    journal.started(lateBy("held up by the last", 300));
    assertThat(history().total().startedLate()).isZero();
    journal.started(lateBy("held up by both", 300 + 100 + 200));
    assertThat(history().total().mostLateMillis()).isEqualTo(100);
    journal.started(lateBy("later than both", 300 + 100 + 200 + 1_000));
    assertThat(history().total().mostLateMillis()).isEqualTo(100 + 1_000);
  }

  /** What it sees now had not come when it last looked, and no more is known of it. */
  @Test
  void holdsNothingAgainstWhatCameRightAfterALook() {
    journal.beat();
    pass(120);

    journal.started(lateBy("seen as soon as it looked again", 119));

    assertThat(history().total().startedLate()).isZero();
  }

  /** The run that was blamed for 14 ms before anything had been stopped. */
  @Test
  void holdsNothingAgainstWhatIsSeenSoonAfterAStandstill() {
    journal.beat();
    pass(77);
    journal.beat();
    pass(14);

    journal.started(lateBy("behind others that came meanwhile", 90));

    assertThat(history().total().startedLate()).isZero();
  }

  @Test
  void seesWhatIsLateOnARecorderThatWasAwake() {
    work(1_000);

    journal.started(lateBy("late", 1_000));

    assertThat(history().total().startedLate()).isEqualTo(1);
    assertThat(history().total().mostLateMillis()).isEqualTo(1_000 - Pulse.BEAT.toMillis());
  }

  @Test
  void excusesNothingByAStandstillBeforeTheTimeThatTheCallNamed() {
    standStill(5_000);
    work(60);

    journal.started(lateBy("late", 60));

    assertThat(history().total().startedLate()).isEqualTo(1);
    assertThat(history().total().mostLateMillis()).isEqualTo(60 - Pulse.BEAT.toMillis());
  }

  private void standStill(long millis) {
    journal.beat();
    pass(millis);
    journal.beat();
  }

  private void work(long millis) {
    for (long beats = millis / Pulse.BEAT.toMillis(); beats > 0; beats--) {
      pass(Pulse.BEAT.toMillis());
      journal.beat();
    }
  }

  private void pass(long millis) {
    nowNanos += Duration.ofMillis(millis).toNanos();
  }

  private static Journal.Execution lateBy(String key, long millis) {
    return new Journal.Execution("label", key, 1, NOW_MILLIS - millis);
  }

  @Test
  void goesOnCountingAfterAResetWhatStillRuns() {
    journal.started(call("label", "a/1", 1));
    journal.reset();
    journal.started(call("label", "b/1", 1));
    journal.ended(call("label", "a/1", 1), "ANSWERS");

    assertThat(history().total()).isEqualTo(new Stats(1, 1, 0, 1, 2, 1, 0, 0, 0, 0));
    assertThat(journal.total()).isEqualTo(history().total());
  }

  @Test
  void leavesOutALineThatIsBeingWritten() {
    journal.started(call("label", "a/1", 1));

    String torn = text() + "{\"what\":\"EN";

    assertThat(RecorderHistory.parse(torn).events()).hasSize(1);
  }

  @Test
  void refusesARecordWithAHole() {
    journal.started(call("label", "a/1", 1));
    String hole = text();
    journal.started(call("label", "b/1", 1));
    journal.started(call("label", "c/1", 1));
    List<String> lines = text().lines().toList();

    assertThat(hole).isEqualTo(lines.get(0) + "\n");
    assertThatThrownBy(() -> RecorderHistory.parse(lines.get(0) + "\n" + lines.get(2) + "\n"))
        .hasMessageContaining("not whole");
  }

  private RecorderHistory history() {
    return RecorderHistory.parse(text());
  }

  private String text() {
    return file.toString(StandardCharsets.UTF_8);
  }

  private static Journal.Execution call(String function, String key, int attempt) {
    return new Journal.Execution(function, key, attempt, 0);
  }
}
