package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rule 33: what is too large for an entry travels before what refers to it. */
final class ShipmentsTest {
  private static final int PART = Command.Part.MAX_BYTES;
  private static final long SECOND = 1_000_000_000L;
  private static final Result FULL =
      new Result.Refused(
          Refusal.later(Refusal.Code.OVERLOADED, "the cell is full", Duration.ofSeconds(1)));

  private final Shipments shipments = new Shipments(command -> 100);
  private final IdentityHashMap<Command.Part, QueuedCommand> sent = new IdentityHashMap<>();

  @Test
  void sendsTheFirstPartAloneAndThenFourAtATime() {
    shipments.add(result(1, text('a', 10 * PART)), 0);

    List<Command.Part> first = parts(0);
    answer(first.get(0), new Result.Received(PART), 0);
    List<Command.Part> more = parts(0);

    assertThat(first).extracting(Command.Part::offset).containsExactly(0);
    assertThat(more)
        .extracting(Command.Part::offset)
        .containsExactly(PART, 2 * PART, 3 * PART, 4 * PART);
    assertThat(shipments.arrived(0)).isEmpty();
  }

  @Test
  void letsACommandGoOnceAllOfItsTextIsReceived() {
    QueuedCommand command = result(1, text('a', PART + 1));
    shipments.add(command, 0);

    answer(parts(0).get(0), new Result.Received(PART), 0);
    answer(parts(0).get(0), new Result.Received(PART + 1), 0);

    assertThat(shipments.arrived(0))
        .extracting(QueuedCommand::command)
        .containsExactly(command.command());
    assertThat(shipments.isEmpty()).isTrue();
  }

  @Test
  void goesOnFromWhereTheLogStandsWhenPartsCameInAnotherOrder() {
    shipments.add(result(1, text('a', 4 * PART)), 0);
    answer(parts(0).get(0), new Result.Received(PART), 0);
    List<Command.Part> three = parts(0);

    three.forEach(part -> answer(part, new Result.Received(2 * PART), 0));

    assertThat(parts(0)).extracting(Command.Part::offset).containsExactly(2 * PART, 3 * PART);
  }

  @Test
  void sendsTextsOfResultsBeforeThoseOfNewWork() {
    shipments.add(submit(1, text('n', 2 * PART)), 0);
    shipments.add(submit(2, text('m', 2 * PART)), 0);
    shipments.add(result(1, text('a', 2 * PART)), 0);

    List<Command.Part> parts = parts(0);

    assertThat(parts).extracting(Command.Part::forNewWork).containsExactly(false, true);
    assertThat(parts.get(0).text()).isEqualTo(text('a', 2 * PART).reference());
  }

  @Test
  void refusesNewWorkAtOnceWhereThereIsNoRoom() {
    QueuedCommand command = submit(1, text('n', 2 * PART));
    shipments.add(command, 0);

    answer(parts(0).get(0), FULL, 0);

    assertThat(shipments.givenBack(0)).singleElement().satisfies(this::isDefinite);
    assertThat(parts(0)).isEmpty();
    assertThat(shipments.isEmpty()).isTrue();
  }

  private void isDefinite(Shipments.GivenBack back) {
    assertThat(back.command().mayBeInLog()).isFalse();
    assertThat(back.why().code()).isEqualTo(Refusal.Code.OVERLOADED);
  }

  @Test
  void triesTheTextOfAResultAgainForAMinuteBeforeItGivesUp() {
    shipments.add(result(1, text('a', 2 * PART)), 0);
    for (int second = 0; second < 60; second++) {
      answer(parts(second * SECOND).get(0), FULL, second * SECOND);
      assertThat(parts(second * SECOND)).isEmpty();
      assertThat(shipments.atNanos(second * SECOND)).hasValue((second + 1) * SECOND);
      assertThat(shipments.givenBack(second * SECOND)).isEmpty();
    }

    assertThat(shipments.givenBack(60 * SECOND)).hasSize(1);
  }

  @Test
  void aShortageThatIsOverHarmsNothing() {
    shipments.add(result(1, text('a', PART)), 0);
    answer(parts(0).get(0), FULL, 0);

    answer(parts(59 * SECOND).get(0), new Result.Received(PART), 59 * SECOND);

    assertThat(shipments.arrived(59 * SECOND)).hasSize(1);
    assertThat(shipments.givenBack(61 * SECOND)).isEmpty();
  }

  @Test
  void givesNewWorkBackAfterTenSecondsAndForgetsItsTextUnderWay() {
    shipments.add(submit(1, text('n', 3 * PART)), 0);
    Command.Part first = parts(0).get(0);

    List<Shipments.GivenBack> back = shipments.givenBack(10 * SECOND + 1);
    answer(first, new Result.Received(PART), 10 * SECOND + 1);

    assertThat(back).hasSize(1);
    assertThat(parts(10 * SECOND + 1)).isEmpty();
  }

  @Test
  void shipsAgainWhatWasAppliedWithoutItsTextsButNotForEver() {
    QueuedCommand command = result(1, text('a', PART));
    for (int times = 0; times < Shipments.MOST_TIMES_OF_RUNNING; times++) {
      shipments.add(command, 0);
      answer(parts(0).get(0), new Result.Received(PART), 0);
      command = shipments.arrived(0).get(0).undone();
    }

    shipments.add(command, 0);

    assertThat(parts(0)).isEmpty();
    assertThat(shipments.givenBack(0)).hasSize(1);
  }

  @Test
  void theSameAttemptTwiceIsOne() {
    QueuedCommand first = handedOver(7, text('a', 2 * PART));
    shipments.add(first, 0);
    shipments.add(handedOver(8, text('a', 2 * PART)), 0);

    answer(parts(0).get(0), new Result.Received(2 * PART), 0);

    assertThat(shipments.arrived(0)).hasSize(1);
    assertThat(shipments.givenBack(0))
        .extracting(Shipments.GivenBack::command)
        .containsExactly(first);
  }

  @Test
  void holdsNewWorkOfSoManyBytesOnly() {
    for (int i = 0; i < 4; i++) {
      QueuedCommand next = submit(i, text((char) ('a' + i), Payload.MAX_BYTES));
      assertThat(shipments.refusal(next)).isEmpty();
      shipments.add(next, 0);
    }

    assertThat(shipments.refusal(submit(9, text('z', PART))))
        .map(Refusal::code)
        .contains(Refusal.Code.OVERLOADED);
    assertThat(shipments.refusal(result(1, text('z', PART)))).isEmpty();
  }

  @Test
  void whatEndsTheTermGivesAllBack() {
    shipments.add(submit(1, text('n', PART)), 0);
    shipments.add(result(1, text('a', PART)), 0);

    assertThat(shipments.end()).hasSize(2);
    assertThat(shipments.isEmpty()).isTrue();
    assertThat(parts(0)).isEmpty();
  }

  @Test
  void whatIsDueAndNotSentWaitsForWhatIsOnItsWayWithoutATimer() {
    for (char each = 'a'; each <= 'c'; each++) {
      shipments.add(result(each, text(each, 2 * PART)), 0);
    }
    while (true) {
      List<Command.Part> first = parts(0);
      if (first.isEmpty()) {
        break;
      }
      first.forEach(part -> answer(part, FULL, 0));
    }

    List<Command.Part> again = parts(SECOND);

    assertThat(again).hasSize(2);
    assertThat(shipments.atNanos(SECOND)).isEmpty();
  }

  @Test
  void whereThereWasNoRoomASingleByteAsksAgain() {
    shipments.add(result(1, text('a', 2 * PART)), 0);
    answer(parts(0).get(0), FULL, 0);

    Command.Part question = parts(SECOND).get(0);
    answer(question, new Result.Received(1), SECOND);

    assertThat(question.bytes().size()).isOne();
    assertThat(parts(SECOND)).extracting(Command.Part::offset).containsExactly(1, PART + 1);
  }

  @Test
  void whileOneIsShortNothingIsBegunThatWouldNotDoAlone() {
    Payload short1 = text('a', 2 * PART);
    shipments.add(result(1, short1), 0);
    answer(parts(0).get(0), FULL, 0);
    shipments.add(settling(2, text('b', PART), text('c', PART)), 0);
    shipments.add(result(3, text('d', PART)), 0);

    assertThat(parts(0))
        .extracting(Command.Part::text)
        .containsExactly(text('d', PART).reference());

    answer(parts(SECOND).get(0), new Result.Received(1), SECOND);

    assertThat(parts(SECOND))
        .extracting(Command.Part::text)
        .containsAnyOf(text('b', PART).reference(), text('c', PART).reference());
  }

  @Test
  void newWorkThatCameBackHoldsUpNothingSmall() {
    for (int i = 0; i < 5; i++) {
      shipments.add(submit(i, text((char) ('a' + i), Payload.MAX_BYTES)), 0);
    }

    QueuedCommand small = submit(9, Payload.ofJson("{}"));

    assertThat(shipments.refusal(small)).isEmpty();
  }

  @Test
  void whatRunsDoesNotWaitForPartsThatWereSentForNewWork() {
    Payload shared = text('a', 2 * PART);
    shipments.add(submit(1, shared), 0);
    Command.Part forNew = parts(0).get(0);
    shipments.add(result(1, shared), 0);

    List<Command.Part> urgent = parts(0);
    answer(forNew, FULL, 0);

    assertThat(urgent).singleElement().matches(part -> !part.forNewWork() && part.offset() == 0);
    assertThat(sentAs(forNew).isDone()).isTrue();
    assertThat(shipments.givenBack(0)).isEmpty();
  }

  @Test
  void anAnswerToWhatWasForgottenSaysNothingOfWhatWasBegunAnew() {
    Payload text = text('n', 4 * PART);
    shipments.add(submit(1, text), 0);
    Command.Part forgotten = parts(0).get(0);
    shipments.givenBack(10 * SECOND + 1);
    shipments.add(result(1, text), 11 * SECOND);
    Command.Part anew = parts(11 * SECOND).get(0);

    answer(forgotten, new Result.Received(PART), 11 * SECOND);
    answer(anew, new Result.Received(PART), 11 * SECOND);

    assertThat(parts(11 * SECOND))
        .extracting(Command.Part::offset)
        .containsExactly(PART, 2 * PART, 3 * PART);
  }

  @Test
  void newWorkThatIsLateWhenItsTextHasArrivedIsGivenBack() {
    shipments.add(submit(1, text('n', PART)), 0);
    answer(parts(0).get(0), new Result.Received(PART), 9 * SECOND);

    List<Shipments.GivenBack> back = shipments.givenBack(11 * SECOND);

    assertThat(back).singleElement().satisfies(this::isDefinite);
    assertThat(shipments.arrived(11 * SECOND)).isEmpty();
  }

  @Test
  void countsWhatOfRunningWorkWaits() {
    shipments.add(result(1, text('a', PART)), 0);
    shipments.add(submit(2, text('n', PART)), 0);
    long waiting = shipments.runningBytes();

    answer(parts(0).get(0), new Result.Received(PART), 0);

    assertThat(waiting).isEqualTo(PART);
    assertThat(shipments.runningBytes()).isZero();
  }

  private List<Command.Part> parts(long nowNanos) {
    return shipments.parts(nowNanos).stream().map(this::remembered).toList();
  }

  private Command.Part remembered(QueuedCommand part) {
    sent.put((Command.Part) part.command(), part);
    return (Command.Part) part.command();
  }

  private QueuedCommand sentAs(Command.Part part) {
    return Objects.requireNonNull(sent.get(part));
  }

  private void answer(Command.Part part, Result result, long nowNanos) {
    shipments.answered(sentAs(part), result, nowNanos);
  }

  private static Payload text(char of, int bytes) {
    return Payload.ofJson(String.valueOf(of).repeat(bytes));
  }

  private static QueuedCommand result(long call, Payload result) {
    return queued(new QueuedCommand.Asker.Nobody(), settle(call, result), Urgency.RESULT);
  }

  /** An outcome with a large result, and something large that follows. */
  private static QueuedCommand settling(long call, Payload result, Payload remembered) {
    Command.Settle settle = (Command.Settle) settle(call, result);
    Transition next = new Transition(List.of(), List.of(new Transition.Step.Complete(remembered)));
    Command both = new Command.Settle(settle.attempt(), settle.outcome(), 1, 0, Optional.of(next));
    return queued(new QueuedCommand.Asker.Nobody(), both, Urgency.RESULT);
  }

  private static QueuedCommand handedOver(long ticket, Payload result) {
    return queued(new QueuedCommand.Asker.Door(ticket, 0), settle(1, result), Urgency.RESULT);
  }

  private static Command settle(long call, Payload result) {
    AttemptId attempt = SuperpeerRig.attempt(call);
    return new Command.Settle(attempt, new Outcome.Success(result), 1, 0, Optional.empty());
  }

  private static QueuedCommand submit(long ticket, Payload input) {
    Command.Submit small = SuperpeerRig.submit("s" + ticket, 1);
    Command large =
        new Command.Submit(
            small.invocation(),
            small.composition(),
            input,
            small.caller(),
            small.labels(),
            small.parent(),
            small.serviceClass(),
            small.deadlineMicros(),
            small.receiptMicros(),
            small.rankMicros(),
            small.transition(),
            small.acceptedWallMillis(),
            small.traceParent());
    return queued(new QueuedCommand.Asker.Door(ticket, 0), large, Urgency.NEW);
  }

  private static QueuedCommand queued(QueuedCommand.Asker asker, Command command, Urgency urgency) {
    return new QueuedCommand(asker, command, 100, urgency);
  }
}
