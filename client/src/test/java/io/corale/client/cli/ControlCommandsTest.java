package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Common;
import io.corale.wire.Door;
import org.junit.jupiter.api.Test;

/** What an owner pauses, resumes, or wants done sooner or later. */
final class ControlCommandsTest {
  private final Shell shell = new Shell();

  private static final long UNTIL = 7_000_000;

  /** What was asked for once the time of the cell was known. */
  private Door.Request asked() {
    assertThat(shell.line.asked).hasSize(2);
    return shell.line.asked.get(1).request();
  }

  private void answers(Door.Response.Builder response) {
    shell.line.node("a:1", question -> question.answer().complete(response.build()));
  }

  private void isDone() {
    Door.Response time =
        Door.Response.newBuilder()
            .setControlTime(Door.ControlTime.newBuilder().setUntilMicros(UNTIL))
            .build();
    Door.Response done = Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()).build();
    shell.line.node(
        "a:1", question -> question.answer().complete(isTimely(question.request()) ? done : time));
  }

  private static boolean isTimely(Door.Request request) {
    return request.getHold().getUntilMicros() == UNTIL
        || request.getPrioritize().getUntilMicros() == UNTIL;
  }

  @Test
  void anInvocationIsPausedForAReason() {
    isDone();

    int code = shell.corale("pause", "invocation", "i-1", "--reason", "wrong input");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(asked().getHold())
        .isEqualTo(
            Door.Hold.newBuilder()
                .setInvocation("i-1")
                .setHeld(true)
                .setReason("wrong input")
                .setUntilMicros(UNTIL)
                .build());
    assertThat(shell.out()).contains("i-1 starts nothing until it is resumed");
  }

  @Test
  void anInvocationIsResumed() {
    isDone();

    shell.corale("resume", "invocation", "i-1");

    assertThat(asked().getHold())
        .isEqualTo(Door.Hold.newBuilder().setInvocation("i-1").setUntilMicros(UNTIL).build());
  }

  @Test
  void aCompositionIsPausedByItsName() {
    isDone();

    shell.corale("pause", "composition", "shop");

    assertThat(asked().getHold())
        .isEqualTo(
            Door.Hold.newBuilder()
                .setComposition("shop")
                .setHeld(true)
                .setUntilMicros(UNTIL)
                .build());
  }

  @Test
  void aCompositionIsResumedByItsName() {
    isDone();

    shell.corale("resume", "composition", "shop");

    assertThat(asked().getHold())
        .isEqualTo(Door.Hold.newBuilder().setComposition("shop").setUntilMicros(UNTIL).build());
  }

  @Test
  void theOwnerIsPausedAsAWhole() {
    isDone();

    shell.corale("pause", "owner", "--reason", "maintenance");

    assertThat(asked().getHold().hasOwner()).isTrue();
    assertThat(asked().getHold().getHeld()).isTrue();
    assertThat(asked().getHold().getReason()).isEqualTo("maintenance");
  }

  @Test
  void theOwnerIsResumedAsAWhole() {
    isDone();

    shell.corale("resume", "owner");

    assertThat(asked().getHold().hasOwner()).isTrue();
    assertThat(asked().getHold().getHeld()).isFalse();
  }

  @Test
  void aPauseSaysWhatToPause() {
    assertThat(shell.corale("pause")).isEqualTo(Exit.USAGE);

    assertThat(shell.err()).contains("one of invocation, composition, owner");
    assertThat(shell.line.asked).isEmpty();
  }

  @Test
  void holdsShowWhatIsHeldForHowLongAndWhy() {
    answers(
        Door.Response.newBuilder()
            .setHolds(
                Door.HoldList.newBuilder()
                    .addHolds(
                        Door.HoldReport.newBuilder()
                            .setOwner(true)
                            .setHeldMicros(1_500_000)
                            .setHeldBy("alice")
                            .setReason("maintenance"))
                    .addHolds(Door.HoldReport.newBuilder().setComposition("shop"))
                    .addHolds(Door.HoldReport.newBuilder().setInvocation("i-1"))
                    .setMore(true)));

    shell.corale("holds");
    shell.corale("holds", "-o", "json");

    assertThat(shell.out())
        .contains("owner", "1.500 s", "alice", "maintenance", "composition shop", "invocation i-1")
        .contains("and more")
        .contains("\"by\" : \"composition\"", "\"name\" : \"shop\"", "\"heldMicros\" : 1500000");
  }

  @Test
  void aHeldInvocationSaysSo() {
    answers(
        Door.Response.newBuilder()
            .setStatus(
                Door.InvocationStatus.newBuilder()
                    .setInvocation("i-1")
                    .setPhase(Door.Phase.RUNNING)
                    .setCallsQueued(3)
                    .setCallsHeld(2)
                    .setHeld(
                        Door.HoldReport.newBuilder()
                            .setComposition("shop")
                            .setHeldMicros(2_000_000)
                            .setHeldBy("alice")
                            .setReason("its provider is down"))));

    shell.corale("status", "i-1");
    shell.corale("status", "i-1", "-o", "json");

    assertThat(shell.out())
        .contains("3 queued, of which 2 held")
        .contains("by composition shop for 2.000 s, paused by alice: its provider is down")
        .contains("\"callsHeld\" : 2", "\"by\" : \"composition\"");
  }

  @Test
  void prioritizeAsksForAClassAndADeadline() {
    isDone();

    int code = shell.corale("prioritize", "i-1", "--class", "urgent", "--deadline", "PT10S");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(asked().getPrioritize())
        .isEqualTo(
            Door.Prioritize.newBuilder()
                .setInvocation("i-1")
                .setServiceClass(Common.ServiceClass.URGENT)
                .setDeadlineMillis(10_000)
                .setUntilMicros(UNTIL)
                .build());
  }

  @Test
  void prioritizeLeavesWhatIsNotGiven() {
    isDone();

    shell.corale("prioritize", "i-1", "--deadline", "PT10S");

    assertThat(asked().getPrioritize().getServiceClass())
        .isEqualTo(Common.ServiceClass.SERVICE_CLASS_UNSPECIFIED);
  }

  @Test
  void prioritizeAsksForNothingSenseless() {
    assertThat(shell.corale("prioritize", "i-1")).isEqualTo(Exit.USAGE);
    assertThat(shell.corale("prioritize", "i-1", "--deadline", "PT0S")).isEqualTo(Exit.USAGE);

    assertThat(shell.err())
        .contains("say --class, --deadline, or both")
        .contains("--deadline must be at least PT0.001S");
    assertThat(shell.line.asked).isEmpty();
  }
}
