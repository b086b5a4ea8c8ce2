package io.corale.scheduler;

import static io.corale.scheduler.SuperpeerRig.OTHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Account;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.model.Retention;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a superpeer says, and when it says that more may be said (rule 36). */
class GateTest {
  private static final int NEWEST = Entry.NEWEST_FORMAT;
  private static final int BASE = Entry.BASE_FORMAT;

  private final SuperpeerRig rig = new SuperpeerRig();

  /** As at a cell in which nothing was activated yet. */
  private void lead(long term) {
    rig.superpeer.lead(term, rig.nowNanos);
    rig.apply(rig.proposed().get(0));
    rig.superpeer.resumed(List.of(), rig.nowNanos);
  }

  private void hears(int... newest) {
    Map<String, Integer> known = new LinkedHashMap<>();
    for (int i = 0; i < newest.length; i++) {
      known.put("n" + i, newest[i]);
    }
    rig.superpeer.heard(new Readers(Set.of("n0", "n1", "n2"), known));
  }

  private List<Command> said() {
    return rig.proposed().stream().flatMap(entry -> entry.commands().stream()).toList();
  }

  private void apply(Command command, Effect... effects) {
    Entry entry = rig.proposed().get(0);
    assertThat(entry.commands()).contains(command);
    rig.apply(entry, effects);
  }

  @Test
  void countsWhoIsAwayForOneThatReadsTheBase() {
    Set<String> three = new TreeSet<>(Set.of("a", "b", "c"));

    assertThat(new Readers(three, Map.of("a", 9, "b", 7, "c", 8)).common()).isEqualTo(7);
    assertThat(new Readers(three, Map.of("a", 9, "b", 7)).common()).isEqualTo(BASE);
    assertThat(new Readers(Set.of(), Map.of("a", 9)).common()).isEqualTo(BASE);
  }

  /** Not each node that was heard of is a member. */
  @Test
  void asksNobodyButThoseWhoTakePart() {
    assertThat(new Readers(Set.of("a"), Map.of("a", 7, "b", 4)).common()).isEqualTo(7);
  }

  @Test
  void activatesWhatAllMembersRead() {
    lead(1);

    hears(NEWEST, NEWEST, NEWEST);

    assertThat(said()).containsExactly(new Command.ActivateVersion(NEWEST));
  }

  /** Before anything else: a cell that is born with members of this build has it from the start. */
  @Test
  void activatesInTheFirstEntryAfterItsTakeOverWhatItKnowsToBeRead() {
    hears(NEWEST, NEWEST, NEWEST);
    lead(1);
    rig.superpeer.enqueue(1, SuperpeerRig.submit("a", 1), Urgency.NEW, rig.nowNanos);

    assertThat(said().get(0)).isEqualTo(new Command.ActivateVersion(NEWEST));
  }

  @Test
  void waitsForTheLastMember() {
    lead(1);

    hears(NEWEST, NEWEST, BASE);
    assertThat(said()).isEmpty();
    hears(NEWEST, NEWEST);
    assertThat(said()).isEmpty();

    hears(NEWEST, NEWEST, NEWEST);
    assertThat(said()).containsExactly(new Command.ActivateVersion(NEWEST));
  }

  /** All of them may read more than this build can say. */
  @Test
  void activatesNothingThatThisBuildDoesNotKnow() {
    lead(1);

    hears(NEWEST + 2, NEWEST + 1, NEWEST + 2);

    assertThat(said()).containsExactly(new Command.ActivateVersion(NEWEST));
  }

  @Test
  void asksOnceInATerm() {
    lead(1);
    hears(NEWEST, NEWEST, NEWEST);
    assertThat(said()).hasSize(1);

    hears(NEWEST, NEWEST, NEWEST);
    assertThat(said()).isEmpty();

    rig.superpeer.unlead(rig.nowNanos);
    lead(2);
    assertThat(said()).containsExactly(new Command.ActivateVersion(NEWEST));
  }

  @Test
  void asksForNothingThatIsActive() {
    hears(NEWEST, NEWEST, NEWEST);

    rig.lead(1);

    assertThat(said()).isEmpty();
  }

  @Test
  void whoFollowsActivatesNothing() {
    hears(NEWEST, NEWEST, NEWEST);

    assertThat(said()).isEmpty();
  }

  /** It may travel with what was packed before it, none of which may use it. */
  @Test
  void saysNothingNewBeforeTheActivationIsApplied() {
    lead(1);
    hears(NEWEST, NEWEST, NEWEST);
    rig.superpeer.enqueue(1, SuperpeerRig.submit("a", 1), Urgency.NEW, rig.nowNanos);

    Entry activation = rig.proposed().get(0);
    assertThat(activation.keepsWaits()).isFalse();
    rig.superpeer.enqueue(2, SuperpeerRig.submit("b", 1), Urgency.NEW, rig.nowNanos);
    assertThat(rig.proposed()).allMatch(entry -> entry.format() <= BASE);

    rig.apply(activation, new Effect.Active(NEWEST));
    rig.superpeer.enqueue(3, SuperpeerRig.submit("c", 1), Urgency.NEW, rig.nowNanos);
    assertThat(rig.proposed()).hasSize(1).allMatch(Entry::keepsWaits);
  }

  /** Rule 39: what an older build had no words for waits until all have. */
  @Test
  void checksTheReplicasAsSoonAsItMay() {
    lead(1);
    for (int i = 1; i < 2 * Checks.FIRST_AFTER; i++) {
      rig.superpeer.enqueue(i, SuperpeerRig.submit("i" + i, 1), Urgency.NEW, rig.nowNanos);
      Entry entry = rig.proposed().get(0);
      assertThat(entry.format()).isLessThanOrEqualTo(BASE);
      rig.apply(entry);
    }

    hears(NEWEST, NEWEST, NEWEST);
    apply(new Command.ActivateVersion(NEWEST), new Effect.Active(NEWEST));
    rig.superpeer.enqueue(99, SuperpeerRig.submit("last", 1), Urgency.NEW, rig.nowNanos);
    apply(SuperpeerRig.submit("last", 1));

    assertThat(said()).contains(new Command.Check());
  }

  @Test
  void saysOfAnAccountThatItRetriesFastOnceItMay() {
    lead(1);
    Account fast = TestCell.fastAccount(3, 2);

    rig.superpeer.enqueue(1, new Command.Configure(fast), Urgency.RESULT, rig.nowNanos);
    apply(new Command.Configure(fast.retryingAfterFences()));
    hears(NEWEST, NEWEST, NEWEST);
    apply(new Command.ActivateVersion(NEWEST), new Effect.Active(NEWEST));
    rig.superpeer.enqueue(2, new Command.Configure(fast), Urgency.RESULT, rig.nowNanos);

    assertThat(said()).containsExactly(new Command.Configure(fast));
  }

  @Test
  void refusesWhatItHasNoWordsForYet() {
    lead(1);

    rig.superpeer.enqueue(
        7, new Command.Crashed(new Executor(OTHER, 1)), Urgency.RESULT, rig.nowNanos);

    assertThat(rig.drain(Action.Resolve.class))
        .singleElement()
        .satisfies(
            no -> {
              Refusal refusal = ((Result.Refused) no.result()).refusal();
              assertThat(refusal.code()).isEqualTo(Refusal.Code.UNSUPPORTED);
              assertThat(refusal.message()).contains("format 5").contains("format 4 is active");
            });
  }

  @Test
  void keepsNothingBeyondItsReceiptBeforeAllCanReadOfIt() {
    lead(1);

    rig.superpeer.enqueue(7, new Command.Retain(Retention.NONE), Urgency.RESULT, rig.nowNanos);

    assertThat(rig.drain(Action.Resolve.class))
        .singleElement()
        .satisfies(
            no ->
                assertThat(((Result.Refused) no.result()).refusal().message())
                    .contains("format 6")
                    .contains("format 4 is active"));
  }

  /** One member has a build that reads the format before that of history, which is active. */
  @Test
  void keepsNothingBeyondItsReceiptWhereOneReadsTheFormatBefore() {
    int before = Entry.HISTORY_FORMAT - 1;
    Command retain = new Command.Retain(Retention.NONE);
    lead(1);
    hears(NEWEST, NEWEST, before);
    apply(new Command.ActivateVersion(before), new Effect.Active(before));

    rig.superpeer.enqueue(7, retain, Urgency.RESULT, rig.nowNanos);
    assertThat(rig.drain(Action.Resolve.class))
        .singleElement()
        .satisfies(no -> assertThat(no.result()).isInstanceOf(Result.Refused.class));
    assertThat(said()).isEmpty();

    hears(NEWEST, NEWEST, NEWEST);
    apply(new Command.ActivateVersion(NEWEST), new Effect.Active(NEWEST));
    rig.superpeer.enqueue(8, retain, Urgency.RESULT, rig.nowNanos);
    assertThat(said()).containsExactly(retain);
  }

  /** Rule 33: an older member could not tell what is meant. */
  @Test
  void takesNothingLargeBelowTheFormatOfTexts() {
    Gate gate = new Gate();
    gate.activated(Entry.TEXTS_FORMAT - 1);
    Payload text = TextCell.text("a");
    Command large = TextCell.calling("a", text);
    Command part = TextCell.parts(text, Command.Part.MAX_BYTES, true).get(0);

    assertThat(gate.admitsTexts()).isFalse();
    assertThat(gate.fitting(large)).isEmpty();
    assertThat(gate.fitting(part)).isEmpty();
    assertThat(gate.refusal(large).code()).isEqualTo(Refusal.Code.TOO_LARGE);
    assertThatThrownBy(() -> gate.passed(entry(large.referring())))
        .isInstanceOf(IllegalStateException.class);

    gate.activated(Entry.TEXTS_FORMAT);
    assertThat(gate.admitsTexts()).isTrue();
    assertThat(gate.fitting(large)).contains(large);
    assertThat(gate.passed(entry(large.referring()))).isNotNull();
    assertThat(gate.passed(entry(part))).isNotNull();
  }

  /** What only incidents need is left out, and what somebody asks for by name is refused. */
  @Test
  void saysNothingOfIncidentsBeforeAllCanReadOfThem() {
    Gate gate = new Gate();
    gate.activated(Entry.INCIDENTS_FORMAT - 1);
    Transition uncaught =
        TestCell.at(0, 1, new Step.Fault(Problem.validation("no", ""))).uncaught(Uncaught.PLAIN);
    Command advance = new Command.Advance(TestCell.id("a"), uncaught);
    Command define = new Command.Define(TestCell.COMPOSITION, Payload.NULL, Optional.empty(), true);
    Step.Run tried =
        new Step.Run(0, new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, 1, 1, "/do", true));
    Command runs = TestCell.submit("a", TestCell.steps(tried));
    Command wants = IncidentCell.submit("a");
    Command resolve =
        new Command.Resolve(TestCell.id("a"), 1, new Command.Resolve.Resolution.GiveUp(), "me", 1);

    assertThat(gate.admits(advance)).isFalse();
    assertThat(gate.fitting(uncaught)).isEqualTo(TestCell.at(0, 1, uncaught.steps().get(0)));
    assertThat(gate.fitting(define))
        .contains(new Command.Define(TestCell.COMPOSITION, Payload.NULL));
    assertThat(gate.fitting(runs))
        .contains(TestCell.submit("a", TestCell.steps(new Step.Run(0, tried.run().untried()))));
    assertThat(gate.fitting(wants)).isEmpty();
    assertThat(gate.fitting(resolve)).isEmpty();
    assertThat(gate.refusal(wants).code()).isEqualTo(Refusal.Code.UNSUPPORTED);

    gate.activated(Entry.INCIDENTS_FORMAT);
    for (Command each : List.of(advance, define, runs, wants, resolve)) {
      assertThat(gate.fitting(each)).contains(each);
    }
    assertThat(gate.fitting(uncaught)).isSameAs(uncaught);
  }

  /** Who asks for a move must not believe that it was begun. */
  @Test
  void movesNobodyBeforeAllCanReadOfIt() {
    Gate gate = new Gate();
    gate.activated(Entry.MEMBERS_FORMAT - 1);
    List<Command> all =
        List.of(
            MembershipCell.add("a", MembershipCell.members(1), 2),
            MembershipCell.done("a", 1),
            new Command.Cleaned(MembershipCell.node(2), 1));

    for (Command each : all) {
      assertThat(gate.fitting(each)).isEmpty();
      assertThat(gate.refusal(each).code()).isEqualTo(Refusal.Code.UNSUPPORTED);
      assertThat(gate.refusal(each).message()).contains("format 12");
    }

    gate.activated(Entry.MEMBERS_FORMAT);
    for (Command each : all) {
      assertThat(gate.fitting(each)).contains(each);
    }
  }

  /** It is the only notice of that crash in this term. */
  @Test
  void whatFollowsFromACrashWaitsUntilItMayBeSaid() {
    Inquiries inquiries = new Inquiries();
    Executor earlier = new Executor(OTHER, 1);
    Orphan fast = new Orphan(SuperpeerRig.attempt(1), 3, 7, true);

    inquiries.isGone(earlier, List.of(fast));

    assertThat(inquiries.follows(command -> false)).isEmpty();
    assertThat(inquiries.follows(command -> true)).containsExactly(new Command.Crashed(earlier));
    assertThat(inquiries.follows(command -> true)).isEmpty();
  }

  /** Whatever has forgotten to ask: it would stop the members of an older build. */
  @Test
  void letsNoEntryPassThatTakesMore() {
    Gate gate = new Gate();
    Entry check = entry(new Command.Check());

    assertThatThrownBy(() -> gate.passed(check)).isInstanceOf(IllegalStateException.class);
    assertThat(gate.passed(entry(new Command.Barrier()))).isNotNull();
    assertThat(gate.passed(entry(new Command.ActivateVersion(NEWEST)))).isNotNull();
    gate.activated(NEWEST);
    assertThat(gate.passed(check)).isSameAs(check);
  }

  private static Entry entry(Command command) {
    return new Entry(new Executor(OTHER, 1), 0, 0, 0, true, List.of(command));
  }

  @Test
  void nobodyElseActivates() {
    lead(1);

    assertThatThrownBy(
            () ->
                rig.superpeer.enqueue(
                    1, new Command.ActivateVersion(NEWEST), Urgency.RESULT, rig.nowNanos))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
