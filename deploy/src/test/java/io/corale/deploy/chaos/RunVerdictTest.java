package io.corale.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.deploy.recorder.RecorderHistory;
import io.corale.wire.Door;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The judge is judged: each kind of broken promise must be seen. */
final class RunVerdictTest {
  @Test
  void aFaithfulRunHasNoViolation() {
    String record = start("a/1", 1, 1, 10) + end("a/1", 1, 0, 20);

    assertThat(verdict(record, trace(Door.Phase.COMPLETED, 1), 1).violations()).isEmpty();
  }

  @Test
  void moreAtOnceThanTheLimitIsSeen() {
    String record =
        start("a/1", 1, 1, 10)
            + start("b/1", 1, 2, 11)
            + end("b/1", 1, 1, 12)
            + end("a/1", 1, 0, 20);

    assertThat(verdict(record, trace(Door.Phase.COMPLETED, 1), 1).violations())
        .anyMatch(violation -> violation.startsWith("limit"));
  }

  @Test
  void aCallThatNeverRanIsSeen() {
    assertThat(verdict("", trace(Door.Phase.COMPLETED, 1), 1).violations())
        .anyMatch(violation -> violation.startsWith("lost"));
  }

  /** Calls are numbered on from where their invocation stands, so by any number, and so many. */
  @Test
  void aCallTooManyIsSeen() {
    String record =
        start("a/17", 1, 1, 10)
            + end("a/17", 1, 0, 20)
            + start("a/18", 1, 1, 30)
            + end("a/18", 1, 0, 40);

    assertThat(verdict(record, trace(Door.Phase.COMPLETED, 1), 1).violations())
        .containsExactly("doubled: 2 calls of a reached the provider, not 1");
  }

  @Test
  void aSecondEndingIsSeen() {
    String record = start("a/1", 1, 1, 10) + end("a/1", 1, 0, 20);

    assertThat(verdict(record, trace(Door.Phase.COMPLETED, 2), 1).violations())
        .anyMatch(violation -> violation.startsWith("ending"));
  }

  @Test
  void aSecondAttemptWithoutDoubtIsSeen() {
    String record =
        start("a/1", 1, 1, 10)
            + end("a/1", 1, 0, 20)
            + start("a/1", 2, 1, 30)
            + end("a/1", 2, 0, 40);

    assertThat(verdict(record, trace(Door.Phase.COMPLETED, 1), 1).violations())
        .anyMatch(violation -> violation.startsWith("cause"));
  }

  @Test
  void twoExecutionsOfOneCallAtOnceAreSeen() {
    String record =
        start("a/1", 1, 1, 10)
            + start("a/1", 2, 2, 11)
            + end("a/1", 1, 1, 20)
            + end("a/1", 2, 0, 40);

    assertThat(verdict(record, trace(Door.Phase.COMPLETED, 1), 2).violations())
        .anyMatch(violation -> violation.startsWith("overlap"));
  }

  /** Only so many more may run as a crash left in flight, and only of those calls two at once. */
  @Test
  void whatIsTriedAtOnceMayRunBesideTheLimitAndNothingElse() {
    String record =
        start("a/1", 1, 1, 10)
            + start("a/1", 2, 2, 11)
            + end("a/1", 1, 1, 20)
            + end("a/1", 2, 0, 40);
    Door.TraceReport fast =
        trace(Door.Phase.COMPLETED, 1).toBuilder()
            .addEvents(
                Door.TraceEvent.newBuilder()
                    .setKind(Door.TraceEvent.Kind.LEASED)
                    .setCall(1)
                    .setAttempt(1))
            .addEvents(
                Door.TraceEvent.newBuilder()
                    .setKind(Door.TraceEvent.Kind.FREED)
                    .setCall(1)
                    .setAttempt(1)
                    .setDetail("its account retries fast"))
            .build();

    assertThat(verdict(record, fast, 1).violations()).isEmpty();
    assertThat(verdict(record, fast, 0).violations())
        .singleElement()
        .asString()
        .startsWith("limit");
    assertThat(verdict(record, trace(Door.Phase.COMPLETED, 1), 2).violations())
        .anyMatch(violation -> violation.startsWith("overlap"));
  }

  @Test
  void aCallThatATakeOverHadSentAgainIsSeen() {
    String twice =
        start("a/1", 1, 1, 10)
            + end("a/1", 1, 0, 20)
            + start("a/1", 2, 1, 30)
            + end("a/1", 2, 0, 40);
    Door.TraceReport lost =
        trace(Door.Phase.COMPLETED, 1).toBuilder()
            .addEvents(
                Door.TraceEvent.newBuilder()
                    .setKind(Door.TraceEvent.Kind.LEASED)
                    .setCall(1)
                    .setAttempt(1)
                    .setDetail("its executor lost the cell"))
            .build();
    String once = start("a/1", 1, 1, 10) + end("a/1", 1, 0, 20);

    assertThat(verdict(twice, lost, 1).resentAfterTakeOver()).isEqualTo(1);
    assertThat(verdict(once, lost, 1).resentAfterTakeOver()).isZero();
    assertThat(verdict(twice, trace(Door.Phase.COMPLETED, 1), 1).resentAfterTakeOver()).isZero();
  }

  /** A call that timed out waits for its fence, too, but no take-over is to blame for that. */
  @Test
  void aSlotThatATakeOverLeftStandingUntilItsFenceEndedIsSeen() {
    Door.TraceReport timedOut =
        trace(Door.Phase.COMPLETED, 1).toBuilder()
            .addEvents(event(Door.TraceEvent.Kind.FREED, "fence ended"))
            .build();
    Door.TraceReport lost =
        trace(Door.Phase.COMPLETED, 1).toBuilder()
            .addEvents(event(Door.TraceEvent.Kind.LEASED, "its executor lost the cell"))
            .addEvents(event(Door.TraceEvent.Kind.FREED, "fence ended"))
            .build();

    assertThat(verdict("", lost, 1).fencesAwaited()).isEqualTo(1);
    assertThat(verdict("", timedOut, 1).fencesAwaited()).isZero();
  }

  private static Door.TraceEvent event(Door.TraceEvent.Kind kind, String detail) {
    return Door.TraceEvent.newBuilder()
        .setKind(kind)
        .setCall(1)
        .setAttempt(1)
        .setDetail(detail)
        .build();
  }

  @Test
  void anInvocationThatNobodyKnowsIsSeen() {
    RunVerdict verdict =
        new RunVerdict(
            RecorderHistory.parse(""),
            List.of(),
            List.of("a"),
            1,
            1,
            LedTerms.parse(Map.of()),
            List.of());

    assertThat(verdict.violations()).containsExactly("lost: nobody knows invocation a");
  }

  @Test
  void aReplicaThatHasPartedFromTheOthersIsSeen() {
    RunVerdict verdict =
        new RunVerdict(
            RecorderHistory.parse(""),
            List.of(),
            List.of(),
            1,
            1,
            LedTerms.parse(Map.of()),
            List.of("n1: cell acme/0 ..."));

    assertThat(verdict.violations()).containsExactly("replicas: n1: cell acme/0 ...");
  }

  @Test
  void aCallThatStartsAfterItsLastTimeIsSeen() {
    String late = start("a/1", 1, 1, 10).replace("\"notAfterMillis\":0", "\"notAfterMillis\":5");
    String record = late.replace("\"wallMillis\":0", "\"wallMillis\":6") + end("a/1", 1, 0, 20);

    assertThat(verdict(record, trace(Door.Phase.COMPLETED, 1), 1).violations())
        .singleElement()
        .asString()
        .startsWith("fence: 1 ")
        .contains("a/1#1 at 1970-01-01T00:00:00.006Z, last time 1970-01-01T00:00:00.005Z");
  }

  private static RunVerdict verdict(String record, Door.TraceReport trace, int limit) {
    return new RunVerdict(
        RecorderHistory.parse(record),
        List.of(trace),
        List.of(),
        limit,
        1,
        LedTerms.parse(Map.of()),
        List.of());
  }

  private static Door.TraceReport trace(Door.Phase phase, int endings) {
    Door.TraceReport.Builder report =
        Door.TraceReport.newBuilder()
            .setStatus(Door.InvocationStatus.newBuilder().setInvocation("a").setPhase(phase));
    for (int i = 0; i < endings; i++) {
      report.addEvents(Door.TraceEvent.newBuilder().setKind(Door.TraceEvent.Kind.ENDED));
    }
    return report.build();
  }

  private static String start(String key, int attempt, int running, long micros) {
    return line("START", key, attempt, running, micros);
  }

  private static String end(String key, int attempt, int running, long micros) {
    return line("END", key, attempt, running, micros);
  }

  private static String line(String what, String key, int attempt, int running, long micros) {
    return String.format(
        "{\"what\":\"%s\",\"function\":\"f\",\"key\":\"%s\",\"attempt\":%d,\"running\":%d,"
            + "\"total\":%d,\"micros\":%d,\"wallMillis\":0,\"notAfterMillis\":0,\"detail\":\"\"}%n",
        what, key, attempt, running, running, micros);
  }
}
