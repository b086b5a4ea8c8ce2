package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How events come to the branches that listen for them, and to no others. */
class EventRulesTest {
  private static final int EAR = 7;
  private static final Step HEAR = hear(0, false);

  private static Step listen(int branch, String type) {
    Subscription to = new Subscription(Optional.of(type), Optional.empty(), Optional.empty());
    return new Step.Listen(branch, EAR, List.of(to));
  }

  private static Step hear(int branch, boolean passes) {
    return new Step.Hear(branch, EAR, passes);
  }

  private static Event event(String id, String type) {
    return new Event(id, "/test", type, "", Payload.ofJson("{\"id\":\"" + id + "\"}"));
  }

  private static Command announce(Event event) {
    return new Command.Announce(event, Optional.empty(), 60 * SECOND);
  }

  private static Command announce(String id, String type) {
    return announce(event(id, type));
  }

  private static Command address(String id, String type, String invocation) {
    Optional<InvocationId> to = Optional.of(id(invocation));
    return new Command.Announce(event(id, type), to, 60 * SECOND);
  }

  private static Command listening(String id, String type) {
    return submit(id, steps(listen(0, type), HEAR));
  }

  /** Which events the branches that continue have heard, as {@code branch:id}. */
  private static List<String> heard(Applied applied) {
    List<String> heard = new ArrayList<>();
    for (Effect.Continue next : effects(applied, Effect.Continue.class)) {
      if (next.signal() instanceof Signal.Heard signal) {
        heard.add(next.branch().invocation() + ":" + signal.event().id());
      }
    }
    return heard;
  }

  private static int reached(Applied applied) {
    return ((Result.Announced) applied.results().get(0)).reached();
  }

  private static Refusal refusal(Applied applied) {
    return ((Result.Refused) applied.results().get(0)).refusal();
  }

  @Test
  void anEventReachesAllWhoListenForItInTheOrderInWhichTheyBegan() {
    TestCell cell = TestCell.open(1);
    Step any = new Step.Listen(0, EAR, List.of(Subscription.ALL));
    cell.apply(0, listening("b", "paid"), submit("c", steps(any, HEAR)), listening("a", "paid"));
    cell.apply(0, listening("d", "sent"));

    Applied applied = cell.apply(0, announce("1", "paid"));

    assertThat(heard(applied)).containsExactly("b:1", "c:1", "a:1");
    assertThat(reached(applied)).isEqualTo(3);
    assertThat(cell.status("d").listensFor()).containsExactly("sent");
    assertThat(cell.status("a").listensFor()).isEmpty();
  }

  @Test
  void sourceAndSubjectAreComparedExactly() {
    TestCell cell = TestCell.open(1);
    Subscription exact =
        new Subscription(Optional.of("paid"), Optional.of("/shop"), Optional.of("order 7"));
    cell.apply(0, submit("a", steps(new Step.Listen(0, EAR, List.of(exact)), HEAR)));

    Applied other = cell.apply(0, announce("1", "paid"));
    Event right = new Event("2", "/shop", "paid", "order 7", Payload.NULL);
    Applied same = cell.apply(0, announce(right));

    assertThat(heard(other)).isEmpty();
    assertThat(reached(other)).isZero();
    assertThat(heard(same)).containsExactly("a:2");
    assertThat(cell.lastEvents("a", 1)).containsExactly(TraceEvent.Kind.LISTENING);
  }

  /** Rule 22: a client that heard nothing says it again. */
  @Test
  void theSameEventIsAnnouncedOnceWhileItIsRemembered() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"), listening("b", "paid"));

    Applied first = cell.apply(0, announce("1", "paid"), announce("1", "paid"));
    Applied again = cell.apply(60 * SECOND - 1, announce("1", "paid"));
    Applied later = cell.apply(1, announce("1", "paid"));

    assertThat(heard(first)).containsExactly("a:1", "b:1");
    assertThat(first.results())
        .containsExactly(new Result.Announced(2, false), new Result.Announced(2, true));
    assertThat(again.results()).containsExactly(new Result.Announced(2, true));
    assertThat(later.results()).containsExactly(new Result.Announced(2, false));
  }

  @Test
  void whatComesWhileABranchDoesSomethingElseWaitsInItsOrder() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    Applied first = cell.apply(0, announce("1", "paid"));
    cell.apply(0, announce("2", "paid"));
    cell.apply(0, advance(onlyContinue(first), new Step.Call(0, spec())));
    cell.apply(0, announce("3", "paid"));

    Applied second = cell.apply(0, settle(attempt("a", 1, 1), at(0, 3, HEAR)));
    Applied third = cell.apply(0, advance(onlyContinue(second), HEAR));
    Applied none = cell.apply(0, advance(onlyContinue(third), HEAR));

    assertThat(heard(second)).containsExactly("a:2");
    assertThat(heard(third)).containsExactly("a:3");
    assertThat(none.effects()).isEmpty();
    assertThat(cell.lastEvents("a", 2))
        .containsExactly(TraceEvent.Kind.HEARD, TraceEvent.Kind.HEARD);
  }

  @Test
  void aClosedEarHearsNothingAndForgets() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    Applied first = cell.apply(0, announce("1", "paid"), announce("2", "paid"));
    cell.apply(
        0,
        advance(onlyContinue(first), new Step.Listen(0, EAR, List.of()), new Step.Call(0, spec())));

    Applied deaf = cell.apply(0, announce("3", "paid"));
    Applied anew = cell.apply(0, settle(attempt("a", 1, 1), at(0, 4, listen(0, "paid"), HEAR)));

    assertThat(reached(deaf)).isZero();
    assertThat(anew.effects()).isEmpty();
  }

  @Test
  void nobodyHearsWhatWasAnnouncedBeforeTheyListened() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, announce("1", "paid"));

    assertThat(cell.apply(0, listening("a", "paid")).effects()).isEmpty();
  }

  /** Nothing is lost in silence: who announces is told to come again. */
  @Test
  void aFullMailboxRefusesTheEventForAll() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("b", "paid"), listening("a", "paid"));
    cell.apply(0, announce("0", "paid"));
    for (int i = 1; i <= Ear.MAX_EVENTS; i++) {
      assertThat(reached(cell.apply(0, announce("" + i, "paid")))).isEqualTo(2);
    }

    Applied refused = cell.apply(0, announce("more", "paid"));

    assertThat(refusal(refused).code()).isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(refusal(refused).message()).contains("invocation b").contains("128");
    assertThat(refusal(refused).retryAfter()).isPositive();
    assertThat(reached(cell.apply(0, announce("other", "sent")))).isZero();
  }

  @Test
  void aMailboxIsFullOfBytesAsWell() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    cell.apply(0, announce("0", "paid"));
    Payload large = Payload.ofJson("\"" + "x".repeat(32_000) + "\"");
    int taken = 0;
    while (cell.apply(0, announce(new Event("" + ++taken, "/large", "paid", "", large)))
            .results()
            .get(0)
        instanceof Result.Announced) {}

    assertThat(taken).isEqualTo(10);
  }

  @Test
  void whatIsTooLargeOrTooLateIsRefused() {
    TestCell cell = TestCell.open(1);
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES) + "\"");
    Event event = event("1", "paid");

    assertThat(refusal(cell.apply(0, announce(new Event("1", "/t", "paid", "", large)))).code())
        .isEqualTo(Refusal.Code.TOO_LARGE);
    assertThat(refusal(cell.apply(0, new Command.Announce(event, Optional.empty(), 0))).code())
        .isEqualTo(Refusal.Code.EXPIRED);
    long days = 48L * 3_600 * SECOND;
    assertThat(refusal(cell.apply(0, new Command.Announce(event, Optional.empty(), days))).code())
        .isEqualTo(Refusal.Code.INVALID);
  }

  @Test
  void rememberedEventsAreBounded() {
    TestCell cell = TestCell.open(1);
    cell.withoutInvariants();
    int batch = 1_000;
    for (int i = 0; i < Announcements.MAX_REMEMBERED / batch; i++) {
      int from = i * batch;
      cell.apply(
          0,
          IntStream.range(from, from + batch)
              .mapToObj(n -> announce("n" + n, "paid"))
              .toArray(Command[]::new));
    }

    assertThat(refusal(cell.apply(0, announce("more", "paid"))).code())
        .isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(cell.apply(0, announce("n7", "paid")).results())
        .containsExactly(new Result.Announced(0, true));
    assertThat(reached(cell.apply(60 * SECOND, announce("more", "paid")))).isZero();
    assertThat(cell.scheduler.image().announced()).hasSize(1);
  }

  @Test
  void whatIsAddressedToAnInvocationIsKeptUntilItListens() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), listening("b", "paid"));

    Applied early =
        cell.apply(0, address("1", "paid", "a"), address("2", "sent", "a"), announce("3", "x"));
    Applied paid = cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, listen(0, "paid"), HEAR)));
    Step close = new Step.Listen(0, EAR, List.of());
    Applied sent = cell.apply(0, advance(onlyContinue(paid), close, listen(0, "sent"), HEAR));
    cell.apply(0, advance(onlyContinue(sent), end(0)));

    assertThat(early.effects()).isEmpty();
    assertThat(reached(early)).isZero();
    assertThat(heard(paid)).containsExactly("a:1");
    assertThat(heard(sent)).containsExactly("a:2");
  }

  @Test
  void whatIsAddressedReachesABranchThatListensAtOnce() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"), listening("b", "paid"));

    Applied applied = cell.apply(0, address("1", "paid", "a"));

    assertThat(heard(applied)).containsExactly("a:1");
    assertThat(cell.scheduler.image().invocations().get(0).kept()).hasSize(1);
    cell.apply(0, advance(onlyContinue(applied), HEAR));
    assertThat(cell.scheduler.image().invocations().get(0).kept()).isEmpty();
  }

  /** A filter that only the interpreter can judge must not lose what another waits for. */
  @Test
  void whatABranchPassesOverIsKeptForTheNext() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    Applied one = cell.apply(0, address("1", "paid", "a"), address("2", "paid", "a"));

    Applied two = cell.apply(0, advance(onlyContinue(one), hear(0, true)));
    cell.apply(
        0,
        advance(onlyContinue(two), new Step.Listen(0, EAR, List.of()), new Step.Call(0, spec())));
    Applied next = cell.apply(0, settle(attempt("a", 1, 1), at(0, 5, listen(0, "paid"), HEAR)));

    assertThat(heard(one)).containsExactly("a:1");
    assertThat(heard(two)).containsExactly("a:2");
    assertThat(heard(next)).containsExactly("a:1");
  }

  private static Command rivals(String id, String type) {
    return submit(
        id,
        steps(
            new Step.Open(0),
            new Step.Open(0),
            listen(-1, type),
            hear(-1, false),
            listen(-2, type),
            hear(-2, false)));
  }

  /** What is addressed is for one task, however many have heard of it. */
  @Test
  void whatOneBranchHasTakenNoOtherTakes() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, rivals("a", "paid"));
    Applied heard = cell.apply(0, address("1", "paid", "a"));
    List<Effect.Continue> both = effects(heard, Effect.Continue.class);

    Applied first = cell.apply(0, advance(both.get(0), end(1)));
    Applied second = cell.apply(0, advance(both.get(1), end(2)));
    Applied next = cell.apply(0, address("2", "paid", "a"));

    assertThat(both).hasSize(2);
    assertThat(first.effects()).isEmpty();
    assertThat(second.results()).containsExactly(new Result.Stale());
    assertThat(onlyContinue(next).branch().branch()).isEqualTo(2);
    assertThat(heard(next)).containsExactly("a:2");
  }

  @Test
  void whoIsLateForOneEventHearsTheNext() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, rivals("a", "paid"));
    Applied heard = cell.apply(0, address("1", "paid", "a"), address("2", "paid", "a"));
    List<Effect.Continue> both = effects(heard, Effect.Continue.class);

    Applied first = cell.apply(0, advance(both.get(1), end(2)));
    Applied second = cell.apply(0, advance(onlyContinue(first), end(1)));

    assertThat(heard(first)).containsExactly("a:2");
    assertThat(onlyContinue(second).signal()).isInstanceOf(Signal.Joined.class);
  }

  @Test
  void eventsOfBothKindsComeInOneOrder() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    Applied first =
        cell.apply(
            0,
            announce("1", "paid"),
            address("2", "paid", "a"),
            announce("3", "paid"),
            address("4", "paid", "a"));
    List<String> all = new ArrayList<>(heard(first));
    Applied next = first;
    for (int i = 0; i < 3; i++) {
      next = cell.apply(0, advance(onlyContinue(next), HEAR));
      all.addAll(heard(next));
    }

    assertThat(all).containsExactly("a:1", "a:2", "a:3", "a:4");
  }

  @Test
  void whoIsAddressedMustLive() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    Applied heard = cell.apply(0, address("1", "paid", "a"));
    cell.apply(0, advance(onlyContinue(heard), end(0)));

    assertThat(refusal(cell.apply(0, address("1", "paid", "nobody"))).code())
        .isEqualTo(Refusal.Code.NOT_FOUND);
    assertThat(refusal(cell.apply(0, address("2", "paid", "a"))).code())
        .isEqualTo(Refusal.Code.CONFLICT);
    assertThat(cell.apply(0, address("1", "paid", "a")).results())
        .containsExactly(new Result.Announced(1, true));
    assertThat(reached(cell.apply(0, announce("1", "paid")))).isZero();
  }

  @Test
  void anInvocationKeepsSoMuch() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    for (int i = 0; i < Keeping.MAX_KEPT; i++) {
      assertThat(reached(cell.apply(0, address("" + i, "paid", "a")))).isZero();
    }

    assertThat(refusal(cell.apply(0, address("more", "paid", "a"))).code())
        .isEqualTo(Refusal.Code.OVERLOADED);
    cell.apply(0, new Command.Cancel(id("a"), "enough"));
    assertThat(cell.scheduler.image().invocations().get(0).kept()).isEmpty();
  }

  private static List<String> kept(TestCell cell) {
    return cell.scheduler.image().invocations().get(0).kept().stream()
        .map(mail -> mail.event().id())
        .toList();
  }

  /** What nobody wanted must not keep out for ever what somebody waits for. */
  @Test
  void whatWasPassedOverGoesForWhatIsWaitedFor() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    for (int i = 0; i < Keeping.MAX_KEPT; i++) {
      Applied wrong = cell.apply(0, address("" + i, "paid", "a"));
      cell.apply(0, advance(onlyContinue(wrong), hear(0, true)));
    }

    Applied right = cell.apply(0, address("right", "paid", "a"));

    assertThat(heard(right)).containsExactly("a:right");
    assertThat(kept(cell)).hasSize(Keeping.MAX_KEPT).startsWith("1").endsWith("right");
    assertThat(refusal(cell.apply(0, address("more", "paid", "a"))).code())
        .as("until it is judged")
        .isEqualTo(Refusal.Code.OVERLOADED);
  }

  /** Only what somebody had and did not want is wanted by nobody. */
  @Test
  void whatNobodyHasListenedForIsKept() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "t0"));
    for (int i = 0; i < Keeping.MAX_KEPT; i++) {
      cell.apply(0, address("early" + i, "early", "a"));
    }
    for (int i = 0; i < Keeping.MAX_KEPT; i++) {
      Applied wrong = cell.apply(0, address("t" + i, "t" + i, "a"));
      Step close = new Step.Listen(0, EAR, List.of());
      Applied free = cell.apply(0, advance(onlyContinue(wrong), hear(0, true)));
      assertThat(free.effects()).isEmpty();
      Applied other = cell.apply(0, announce("next" + i, "t" + i));
      cell.apply(0, advance(onlyContinue(other), close, listen(0, "t" + (i + 1)), HEAR));
    }

    Applied refused = cell.apply(0, address("last", "t" + Keeping.MAX_KEPT, "a"));

    assertThat(kept(cell)).hasSize(Keeping.MOST_KEPT).startsWith("early0");
    assertThat(refusal(refused).code()).isEqualTo(Refusal.Code.OVERLOADED);
  }

  /** In one entry, after its own steps: also what it opened itself hears it. */
  @Test
  void whatABranchEmitsIsHeardInTheSameEntry() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("b", "paid"));

    Applied applied =
        cell.apply(
            0,
            submit("a", steps(new Step.Emit(event("1", "paid")), listen(0, "paid"), HEAR)),
            submit("c", steps(new Step.Emit(event("1", "paid")), end(0))));

    assertThat(heard(applied)).containsExactly("b:1", "a:1");
    assertThat(cell.status("c").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
    Branch b = cell.scheduler.image().branches().get(0);
    assertThat(b.waiting().ears().all().get(0).mailbox()).hasSize(1);
  }

  @Test
  void aStaleTransitionEmitsNothing() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("b", "paid"), submit("a"));

    Applied stale =
        cell.apply(
            0, settle(attempt("a", 1, 1), at(0, 9, new Step.Emit(event("1", "paid")), end(0))));

    assertThat(stale.results()).containsExactly(new Result.Stale());
    assertThat(heard(stale)).isEmpty();
  }

  @Test
  void aFaultyTransitionEmitsNothing() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("b", "paid"));

    Applied faulty = cell.apply(0, submit("a", steps(new Step.Emit(event("1", "paid")))));

    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.FAULTED);
    assertThat(heard(faulty)).isEmpty();
  }

  /** An emit cannot be refused: the ear that has no room learns what it missed. */
  @Test
  void whoHasNoRoomForWhatIsEmittedLearnsIt() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    Applied next = cell.apply(0, announce("0", "paid"));
    for (int i = 1; i <= Ear.MAX_EVENTS; i++) {
      cell.apply(0, announce("" + i, "paid"));
    }
    cell.apply(0, submit("b", steps(new Step.Emit(event("lost", "paid")), end(0))));
    for (int i = 1; i <= Ear.MAX_EVENTS; i++) {
      next = cell.apply(0, advance(onlyContinue(next), HEAR));
      assertThat(heard(next)).containsExactly("a:" + i);
    }

    Applied last = cell.apply(0, advance(onlyContinue(next), HEAR));

    assertThat(onlyContinue(last).signal()).isInstanceOf(Signal.Failed.class);
    assertThat(cell.apply(0, advance(onlyContinue(last), HEAR)).effects()).isEmpty();
    assertThat(heard(cell.apply(0, announce("anew", "paid")))).containsExactly("a:anew");
  }

  /** Who is slow has missed what found no room; others are kept waiting no longer than for that. */
  @Test
  void whoHasMissedSomethingHearsAgainAsSoonAsThereIsRoom() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    Applied first = cell.apply(0, announce("0", "paid"));
    for (int i = 1; i <= Ear.MAX_EVENTS; i++) {
      cell.apply(0, announce("" + i, "paid"));
    }
    cell.apply(0, submit("b", steps(new Step.Emit(event("lost", "paid")), end(0))));
    assertThat(refusal(cell.apply(0, announce("more", "paid"))).code())
        .isEqualTo(Refusal.Code.OVERLOADED);

    cell.apply(0, advance(onlyContinue(first), HEAR));

    assertThat(reached(cell.apply(0, announce("more", "paid")))).isEqualTo(1);
  }

  @Test
  void aTimerRunsBesideListening() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(new Step.Arm(0, EAR - 3, SECOND), listen(0, "paid"), HEAR)));

    Applied due = cell.apply(SECOND, new Command.Tick());

    assertThat(onlyContinue(due).signal()).isEqualTo(new Signal.Elapsed(EAR - 3));
    assertThat(cell.scheduler.image().branches().get(0).waiting().ears().all()).isEmpty();
    assertThat(cell.lastEvents("a", 1)).containsExactly(TraceEvent.Kind.TIMED_OUT);
    assertThat(reached(cell.apply(0, announce("1", "paid")))).isZero();
  }

  /** What is done for an event may wait itself: the ear stays open. */
  @Test
  void aTimerFurtherInLeavesAnEarOpen() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    Applied first = cell.apply(0, announce("1", "paid"));
    cell.apply(0, advance(onlyContinue(first), new Step.Arm(0, EAR + 3, SECOND)));
    cell.apply(0, announce("2", "paid"));

    Applied due = cell.apply(SECOND, new Command.Tick());
    Applied second = cell.apply(0, advance(onlyContinue(due), HEAR));

    assertThat(onlyContinue(due).signal()).isEqualTo(new Signal.Elapsed(EAR + 3));
    assertThat(heard(second)).containsExactly("a:2");
  }

  /** A timer that is due beats an event that nobody has interpreted, but takes nothing along. */
  @Test
  void whatIsAddressedOutlivesATimerThatBeatsIt() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(new Step.Arm(0, EAR - 3, SECOND), listen(0, "paid"), HEAR)));
    cell.apply(0, address("1", "paid", "a"));

    Applied due = cell.apply(SECOND, new Command.Tick());
    Applied again = cell.apply(0, advance(onlyContinue(due), listen(0, "paid"), HEAR));

    assertThat(heard(again)).containsExactly("a:1");
  }

  @Test
  void childrenThatEndListenNoMore() {
    TestCell cell = TestCell.open(1);
    cell.apply(
        0,
        submit(
            "a",
            steps(
                new Step.Open(0),
                new Step.Open(0),
                new Step.Race(0),
                listen(-1, "paid"),
                hear(-1, false),
                listen(-2, "sent"),
                hear(-2, false))));
    assertThat(cell.status("a").listensFor()).containsExactlyInAnyOrder("paid", "sent");

    Applied heard = cell.apply(0, announce("1", "sent"));
    Applied won = cell.apply(0, advance(onlyContinue(heard), end(2)));

    assertThat(onlyContinue(won).branch().branch()).isZero();
    assertThat(reached(cell.apply(0, announce("2", "paid")))).isZero();
  }

  /** Waiting for others must not make all that follows come last. */
  @Test
  void timeInWhichItOnlyListensDoesNotCountAgainstTheDeadline() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    long deadline = deadline(cell);

    cell.apply(3_600 * SECOND, announce("1", "paid"));

    assertThat(deadline(cell)).isEqualTo(deadline + 3_600 * SECOND);
  }

  @Test
  void aDeadlineStaysWhileSomethingElseIsUnderWay() {
    TestCell cell = TestCell.open(1);
    cell.apply(
        0,
        submit(
            "a",
            steps(
                new Step.Open(0),
                new Step.Open(0),
                listen(-1, "paid"),
                hear(-1, false),
                new Step.Call(-2, spec()))));
    long deadline = deadline(cell);

    cell.apply(3_600 * SECOND, announce("1", "paid"));

    assertThat(deadline(cell)).isEqualTo(deadline);
  }

  /** A wait that nothing was heard in is one as well. */
  @Test
  void timeInWhichItHeardNothingDoesNotCountEither() {
    TestCell cell = TestCell.open(1);
    Step limit = new Step.Arm(0, EAR - 3, 3_600 * SECOND);
    cell.apply(0, submit("a", steps(limit, listen(0, "paid"), HEAR)));
    long deadline = deadline(cell);

    cell.apply(3_600 * SECOND, new Command.Tick());

    assertThat(deadline(cell)).isEqualTo(deadline + 3_600 * SECOND);
  }

  private static Transition listeningBeside(Step other) {
    return steps(
        new Step.Open(0),
        new Step.Open(0),
        new Step.Race(0),
        listen(-1, "paid"),
        hear(-1, false),
        other);
  }

  @Test
  void whatEndsBesideAListenerMovesTheDeadlineToo() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", listeningBeside(new Step.Arm(-2, 0, 3_600 * SECOND))));
    long deadline = deadline(cell);

    Applied due = cell.apply(3_600 * SECOND, new Command.Tick());
    cell.apply(0, advance(onlyContinue(due), new Step.Fail(2, Problem.runtime("late", ""))));

    assertThat(deadline(cell)).isEqualTo(deadline + 3_600 * SECOND);
  }

  @Test
  void aCallThatEndsAListenerWasUnderWay() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", listeningBeside(new Step.Call(-2, spec()))));
    long deadline = deadline(cell);

    Applied won = cell.apply(3_600 * SECOND, settle(attempt("a", 1, 1), at(2, 1, end(2))));

    assertThat(onlyContinue(won).signal()).isInstanceOf(Signal.Joined.class);
    assertThat(deadline(cell)).isEqualTo(deadline);
  }

  /** Who awaits one that has listened in vain goes on as if it had waited for nothing. */
  @Test
  void whoAwaitsAListenerThatIsCancelledLosesNoTime() {
    TestCell cell = TestCell.open(1);
    Transition.RunSpec child =
        new Transition.RunSpec(TestCell.COMPOSITION, Payload.NULL, true, 0, 0, "/do/0");
    Applied begun = cell.apply(0, submit("a", steps(new Step.Run(0, child))));
    cell.apply(0, advance(onlyContinue(begun), listen(0, "paid"), HEAR));
    long deadline = deadline(cell);

    cell.apply(3_600 * SECOND, new Command.Cancel(id("a").run(1), "enough"));

    assertThat(deadline(cell)).isEqualTo(deadline + 3_600 * SECOND);
  }

  private static long deadline(TestCell cell) {
    return cell.scheduler.image().invocations().get(0).submission().deadlineMicros();
  }

  @Test
  void sensesNoSenseInHearingWithoutAnEar() {
    TestCell cell = TestCell.open(1);

    cell.apply(0, submit("a", steps(HEAR)));
    cell.apply(0, submit("b", steps(listen(0, "paid"))));
    cell.apply(0, submit("c", steps(listen(0, "paid"), HEAR, new Step.Call(0, spec()))));
    cell.apply(0, submit("d", steps(listen(0, "paid"), listen(0, "sent"), HEAR)));

    for (String id : List.of("a", "b", "c", "d")) {
      assertThat(cell.status(id).phase()).isEqualTo(InvocationView.Phase.FAULTED);
    }
  }

  /** A new superpeer is told what nobody has interpreted (rule 19). */
  @Test
  void aPendingEventIsToldToTheNextSuperpeer() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, listening("a", "paid"));
    Applied heard = cell.apply(0, announce("1", "paid"));

    cell.takeOver();

    assertThat(cell.scheduler.resume()).containsAll(heard.effects());
    assertThat(starts(heard)).isEmpty();
  }
}
