package io.corale.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.CompositionRef;
import io.corale.model.Event;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.Limit;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Problem;
import io.corale.model.Retention;
import io.corale.model.ScopeLimit;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import io.corale.model.ServiceClass;
import io.corale.model.Terms;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.RandomLog;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Subscription;
import io.corale.scheduler.Timing;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import io.corale.sim.Seeds;
import io.corale.wire.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is written into a log is what comes out of it. */
class EntryCodecTest {
  private static final AttemptId ATTEMPT = new AttemptId(new CallId(new InvocationId("a"), 1), 1);

  @Seeds(10)
  void readsWhatItWrote(long seed) {
    RandomLog log = RandomLog.wild(new Random(seed));
    OwnerScheduler scheduler = new OwnerScheduler();
    for (int i = 0; i < 200; i++) {
      RandomLog.Written written = i == 0 ? log.first() : log.next();

      assertThat(EntryCodec.decode(EntryCodec.encode(written.entry()))).isEqualTo(written.entry());
      for (Command command : written.entry().commands()) {
        int size = CommandCodec.write(command).getSerializedSize();
        assertThat(EntryCodec.sizeBytes(command)).isBetween(size, size + 1_500);
      }
      Applied applied = written.to(scheduler);
      log.saw(applied);
    }
  }

  @Test
  void readsChecksAndVerdictsAsOfTheFifthFormat() throws IOException {
    TreeMap<NodeId, Long> digests = new TreeMap<>();
    digests.put(new NodeId("n1"), Long.MIN_VALUE);
    digests.put(new NodeId("n2"), 0L);
    for (Command command : List.of(new Command.Check(), new Command.Verdict(7, 3, true, digests))) {
      ByteString bytes = EntryCodec.encode(entry(command));

      assertThat(Log.Entry.parseFrom(bytes).getVersion()).isEqualTo(5);
      assertThat(EntryCodec.decode(bytes)).isEqualTo(entry(command));
      assertThat(EntryCodec.sizeBytes(command))
          .isGreaterThanOrEqualTo(CommandCodec.write(command).getSerializedSize());
    }
  }

  /** Rule 36: a build that knows the first format only goes on reading what it can carry out. */
  @Test
  void writesTheFirstFormatWhereNothingNewIsSaid() throws IOException {
    RandomLog log = RandomLog.plain(new Random(1));
    OwnerScheduler scheduler = new OwnerScheduler();
    for (int i = 0; i < 100; i++) {
      RandomLog.Written written = i == 0 ? log.first() : log.next();
      log.saw(written.to(scheduler));

      Log.Entry wire = Log.Entry.parseFrom(EntryCodec.encode(written.entry()));
      assertThat(wire.getVersion()).isEqualTo(1);
    }
    assertThat(scheduler.image().header().format()).isEqualTo(1);
  }

  /** Rule 36: what such a build would pass over, it must refuse; a snapshot of it as well. */
  @Test
  void writesTheSecondFormatWhereAnyCommandSaysSomethingNew() throws IOException {
    List<Transition> newer =
        List.of(
            new Transition(List.of(), OptionalLong.of(0), List.of()),
            steps(new Step.Race(0)),
            steps(new Step.Spread(0, Payload.NULL, List.of(Payload.NULL), 1)),
            steps(new Step.Fail(0, Problem.validation("no", ""))),
            steps(new Step.Complete(Payload.NULL)),
            steps(new Step.Arm(0, 1, 2)),
            steps(new Step.Disarm(0, 1)),
            steps(new Step.Yield(0)),
            steps(new Step.Export(Payload.NULL)));
    for (Transition transition : newer) {
      for (Command command : saying(transition)) {
        Entry entry = entry(new Command.Tick(), command);
        OwnerScheduler scheduler = new OwnerScheduler();
        scheduler.apply(1, 1, entry);
        scheduler.apply(1, 2, entry(new Command.Tick()));

        Log.Entry wire = Log.Entry.parseFrom(EntryCodec.encode(entry));
        assertThat(wire.getVersion()).as(command.toString()).isEqualTo(2);
        assertThat(scheduler.image().header().format()).isEqualTo(2);
      }
    }
  }

  /** Rule 36: and what a build of the second format would pass over. */
  @Test
  void writesTheThirdFormatWhereSomethingRunsAnother() throws IOException {
    Transition.RunSpec run =
        new Transition.RunSpec(new CompositionRef("b", "1.0.0"), Payload.NULL, true, 1, 2, "/do");
    Schedule.Plan plan =
        new Schedule.Plan(
            new CompositionRef("b", "1.0.0"), new Timing.Cron("* * * * *"), Overlap.WAIT, 1);
    List<Command> newer = new ArrayList<>(saying(steps(new Step.Run(0, run))));
    newer.add(new Command.Schedule(plan, 1));
    newer.add(new Command.Aim("b", 1, 2, 3));
    newer.add(new Command.Halt("b", true, 1));
    for (Command command : newer) {
      Log.Entry wire = Log.Entry.parseFrom(EntryCodec.encode(entry(command)));

      assertThat(wire.getVersion()).as(command.toString()).isEqualTo(3);
    }
  }

  /** Rule 36: the status of a response is told by a format of its own. */
  @Test
  void writesTheThirdFormatWhereAResponseIsTheError() throws IOException {
    AttemptId attempt = new AttemptId(new CallId(new InvocationId("a"), 1), 1);
    Problem moved = Problem.communication("moved", "", 302);
    List<Command> newer = new ArrayList<>(saying(steps(new Step.Fault(moved))));
    newer.addAll(saying(steps(new Step.Fail(0, moved))));
    newer.add(settled(attempt, new Outcome.FunctionError("gone", false, 404)));
    newer.add(settled(attempt, new Outcome.Unavailable("late", true, 504)));
    for (Command command : newer) {
      Log.Entry wire = Log.Entry.parseFrom(EntryCodec.encode(entry(command)));
      assertThat(wire.getVersion()).as(command.toString()).isEqualTo(3);
      assertThat(EntryCodec.decode(wire.toByteString()).commands()).containsExactly(command);
    }
  }

  private static Command settled(AttemptId attempt, Outcome outcome) {
    return new Command.Settle(attempt, outcome, 0, 0, Optional.empty());
  }

  /** Rule 36: the same for what came with the third. */
  @Test
  void writesTheThirdFormatForASecret() throws IOException {
    Entry entry =
        entry(
            new Command.Tick(),
            new Command.Entrust(SealedSecret.removed(new SecretName("apiKey"), 1, 0)));
    OwnerScheduler scheduler = new OwnerScheduler();
    scheduler.apply(1, 1, entry);

    assertThat(Log.Entry.parseFrom(EntryCodec.encode(entry)).getVersion()).isEqualTo(3);
    assertThat(scheduler.image().header().format()).isEqualTo(3);
  }

  /** Rule 36: the same for events. */
  @Test
  void writesTheThirdFormatWhereEventsAreAbout() throws IOException {
    Event event = new Event("1", "/s", "t", "", Payload.ofJson("{}"));
    List<Command> newer = new ArrayList<>();
    newer.add(new Command.Announce(event, Optional.empty(), 1));
    newer.addAll(saying(steps(new Step.Listen(0, 1, List.of(Subscription.ALL)))));
    newer.addAll(saying(steps(new Step.Hear(0, 1, true))));
    newer.addAll(saying(steps(new Step.Emit(event))));
    for (Command command : newer) {
      Entry entry = entry(new Command.Tick(), command);

      Log.Entry wire = Log.Entry.parseFrom(EntryCodec.encode(entry));
      assertThat(wire.getVersion()).as(command.toString()).isEqualTo(3);
      assertThat(EntryCodec.decode(EntryCodec.encode(entry))).isEqualTo(entry);
    }
  }

  /** Rule 36: an older build would start what is held, in another order. */
  @Test
  void writesTheNinthFormatWhereSomethingIsHeldOrHasAnotherPriority() throws IOException {
    InvocationId id = new InvocationId("a");
    String reason = "\u00e4".repeat(Command.Hold.MAX_REASON_CHARS);
    String by = "\u00e4".repeat(Command.Control.MAX_BY_CHARS);
    List<Command> newer =
        List.of(
            new Command.Hold(new Command.Hold.Target.OfInvocation(id), true, by, reason, 1),
            new Command.Hold(new Command.Hold.Target.OfComposition("shop"), false, "me", "", 2),
            new Command.Hold(new Command.Hold.Target.OfOwner(), true, "me", "why", Long.MAX_VALUE),
            new Command.Prioritize(
                id, Optional.of(ServiceClass.BATCH), OptionalLong.empty(), by, 3),
            new Command.Prioritize(
                id, Optional.empty(), OptionalLong.of(Long.MAX_VALUE), "me", Long.MAX_VALUE));
    for (Command command : newer) {
      Entry entry = entry(command);

      Log.Entry wire = Log.Entry.parseFrom(EntryCodec.encode(entry));
      assertThat(wire.getVersion()).as(command.toString()).isEqualTo(9);
      assertThat(EntryCodec.decode(wire.toByteString())).isEqualTo(entry);
      assertThat(wire.getCommands(0).getSerializedSize())
          .isLessThanOrEqualTo(EntryCodec.sizeBytes(command));
    }
  }

  /** Rule 36: an older build would take on what must be refused, and order it otherwise. */
  @Test
  void writesTheTenthFormatWhereTermsAreAgreedTo() throws IOException {
    SortedMap<String, Integer> weights = new TreeMap<>();
    for (int i = 0; i < Terms.MOST_WEIGHTS; i++) {
      weights.put("\u00e4".repeat(Terms.MOST_CALLER_CHARS - 3) + (100 + i), Terms.MOST_WEIGHT);
    }
    Terms most =
        new Terms(
            Long.MAX_VALUE,
            Terms.MOST_QUEUED,
            Terms.MOST_QUEUED_BYTES,
            Terms.MOST_LIVE,
            Terms.MOST_PER_SECOND,
            weights);
    for (Terms terms : List.of(Terms.STANDARD, most)) {
      Command command = new Command.Agree(terms);
      Entry entry = entry(command);

      Log.Entry wire = Log.Entry.parseFrom(EntryCodec.encode(entry));
      assertThat(wire.getVersion()).isEqualTo(10);
      assertThat(EntryCodec.decode(wire.toByteString())).isEqualTo(entry);
      assertThat(wire.getCommands(0).getSerializedSize())
          .isLessThanOrEqualTo(EntryCodec.sizeBytes(command));
    }
  }

  /** Rule 36: a build that does not know rule 12 would start more, and part from the others. */
  @Test
  void writesTheFourthFormatWhereTheTailIsBounded() throws IOException {
    Executor executor = new Executor(new Incarnation(new NodeId("n"), 1), 1);
    Entry entry = new Entry(executor, 0, 0, 7, true, List.of(new Command.Tick()));
    OwnerScheduler scheduler = new OwnerScheduler();
    scheduler.apply(1, 8, entry);

    Log.Entry wire = Log.Entry.parseFrom(EntryCodec.encode(entry));
    assertThat(wire.getVersion()).isEqualTo(4);
    assertThat(EntryCodec.decode(wire.toByteString())).isEqualTo(entry);
    assertThat(scheduler.image().header().format()).isEqualTo(4);
  }

  private static Transition steps(Step step) {
    return new Transition(List.of(), List.of(step));
  }

  private static List<Command> saying(Transition transition) {
    InvocationId id = new InvocationId("a");
    AttemptId attempt = new AttemptId(new CallId(id, 1), 1);
    return List.of(
        new Command.Advance(id, transition),
        new Command.Settle(
            attempt, new Outcome.Success(Payload.NULL), 0, 0, Optional.of(transition)),
        new Command.Submit(
            id,
            new CompositionRef("shop", "1.0.0"),
            Payload.NULL,
            "ada",
            new TreeMap<>(),
            Optional.empty(),
            ServiceClass.STANDARD,
            0,
            1,
            1,
            transition,
            0,
            ""));
  }

  private static Entry entry(Command... commands) {
    Executor executor = new Executor(new Incarnation(new NodeId("n"), 1), 1);
    return new Entry(executor, 0, 0, 0, false, List.of(commands));
  }

  /** Issue 3: the items of a list of ten thousand numbers fit into one command. */
  @Test
  void countsTenThousandItemsClosely() {
    List<Payload> items =
        IntStream.range(0, 10_000).mapToObj(i -> Payload.ofJson(Integer.toString(i))).toList();
    Transition spread = steps(new Step.Spread(0, Payload.ofJson("{}"), items, 16));

    int size = EntryCodec.sizeBytes(new Command.Advance(new InvocationId("a"), spread));

    assertThat(size).isLessThan(Transition.MAX_GATHERED_BYTES);
  }

  @Test
  void keepsEveryLimitOfAnAccount() {
    ScopeLimit root =
        new ScopeLimit(
            ScopeLimit.ROOT,
            Optional.empty(),
            1_000_000,
            List.of(
                new Limit.Rate(1_000_000, Limit.Window.SECOND),
                new Limit.Rate(600, Limit.Window.MINUTE),
                new Limit.Ramp(1_000_000, 1_000_000, Limit.Ramp.LONGEST),
                new Limit.Learned(1_000_000)));
    Account account =
        new Account(
            new AccountId("cheap"), "sim", 1, Policy.LST_BL, new TreeMap<>(), List.of(root));
    Command.Configure configure = new Command.Configure(account);

    assertThat(CommandCodec.read(CommandCodec.write(configure))).isEqualTo(configure);
    int size = CommandCodec.write(configure).getSerializedSize();
    assertThat(EntryCodec.sizeBytes(configure)).isBetween(size, size + 500);
  }

  @Test
  void keepsWhoThrottledACallAndWhere() {
    for (Outcome.Throttled throttled :
        List.of(
            Outcome.Throttled.byProvider(Duration.ofMillis(5)),
            Outcome.Throttled.byUs(Duration.ofSeconds(1)),
            new Outcome.Throttled(Optional.of("label"), Duration.ZERO, false))) {
      Command.Settle settle = new Command.Settle(ATTEMPT, throttled, 0, 0, Optional.empty());

      assertThat(SettleCodec.decode(SettleCodec.encode(settle))).isEqualTo(settle);
    }
  }

  /**
   * Older builds wrote the name of an account, which is no scope, and of every refusal the same.
   */
  @Test
  void readsNoScopeFromTheNameOfAnAccount() throws IOException {
    // 1: "acme", 2: 1,000,000.
    byte[] older = {10, 4, 'a', 'c', 'm', 'e', 16, (byte) 0xc0, (byte) 0x84, 0x3d};
    Log.Outcome wire =
        Log.Outcome.newBuilder().setThrottled(Log.Outcome.Throttled.parseFrom(older)).build();

    assertThat(SettleCodec.read(wire))
        .isEqualTo(Outcome.Throttled.byProvider(Duration.ofSeconds(1)));
  }

  @Test
  void boundsAPauseThatNoCountCanHold() {
    Outcome throttled = Outcome.Throttled.byProvider(Duration.ofSeconds(Long.MAX_VALUE));
    Command.Settle settle = new Command.Settle(ATTEMPT, throttled, 0, 0, Optional.empty());

    Command.Settle read = SettleCodec.decode(SettleCodec.encode(settle));

    assertThat(((Outcome.Throttled) read.outcome()).retryAfter()).isEqualTo(Duration.ofDays(365));
  }

  /** Rule 36: an older build would forget since when calls wait, and part from the others. */
  @Test
  void writesTheFifthFormatWhereWaitsAreKept() throws IOException {
    Executor executor = new Executor(new Incarnation(new NodeId("n"), 1), 1);
    Entry entry = new Entry(executor, 0, 0, 7, true, true, List.of(new Command.Tick()));

    Log.Entry wire = Log.Entry.parseFrom(EntryCodec.encode(entry));

    assertThat(wire.getVersion()).isEqualTo(5);
    assertThat(EntryCodec.decode(wire.toByteString())).isEqualTo(entry);
  }

  /** Rule 36: an older build would forget what is to be readable. */
  @Test
  void whatIsToBeReadableIsOfTheSixthFormat() throws IOException {
    Retention retention = new Retention(Duration.ofHours(5), 7, 9);
    Entry entry = entry(new Command.Retain(retention));

    assertThat(Log.Entry.parseFrom(EntryCodec.encode(entry)).getVersion()).isEqualTo(6);
    assertThat(EntryCodec.decode(EntryCodec.encode(entry))).isEqualTo(entry);
  }

  /** Rule 36: an older build would free too little, or wait too long. */
  @Test
  void writesCrashesAndAccountsThatRetryFastAsOfTheFifthFormat() throws Exception {
    Executor self = new Executor(new Incarnation(new NodeId("n1"), 3), 8);
    Account strict = account(false);
    for (Command command :
        List.of(new Command.Crashed(self), new Command.Configure(account(true)))) {
      Entry entry = new Entry(self, 0, 0, 0, false, List.of(command));

      assertThat(Log.Entry.parseFrom(EntryCodec.encode(entry)).getVersion()).isEqualTo(5);
      assertThat(EntryCodec.decode(EntryCodec.encode(entry))).isEqualTo(entry);
    }
    Entry older = new Entry(self, 0, 0, 0, false, List.of(new Command.Configure(strict)));
    assertThat(Log.Entry.parseFrom(EntryCodec.encode(older)).getVersion()).isEqualTo(1);
  }

  /** Rule 36: what a newer build wrote is named and not skipped. */
  @Test
  void namesAVersionThatItDoesNotKnow() {
    ByteString bytes = Log.Entry.newBuilder().setVersion(99).build().toByteString();

    assertThatThrownBy(() -> EntryCodec.decode(bytes))
        .isInstanceOf(UnknownFormat.class)
        .hasMessage(
            "log entry of format 99; this build knows 1 to 12: if it was not damaged, start this"
                + " node with a build that knows it");
  }

  /** Rule 36: who cannot read what is activated stops here, and not at the first use of it. */
  @Test
  void writesAnActivationAsOfTheFormatThatItActivates() throws Exception {
    Executor self = new Executor(new Incarnation(new NodeId("n1"), 3), 8);
    Entry known = new Entry(self, 0, 0, 0, true, List.of(new Command.ActivateVersion(12)));
    Entry next = new Entry(self, 1, 0, 0, true, List.of(new Command.ActivateVersion(13)));

    assertThat(Log.Entry.parseFrom(EntryCodec.encode(known)).getVersion()).isEqualTo(12);
    assertThat(EntryCodec.decode(EntryCodec.encode(known))).isEqualTo(known);
    assertThatThrownBy(() -> EntryCodec.decode(EntryCodec.encode(next)))
        .isInstanceOf(UnknownFormat.class)
        .hasMessageStartingWith("log entry of format 13; this build knows 1 to 12:");
  }

  /** Rule 36: the same for a command. */
  @Test
  void namesACommandThatItDoesNotKnow() {
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    ByteString bytes =
        Log.Entry.newBuilder()
            .setVersion(1)
            .addCommands(Log.Command.newBuilder().setUnknownFields(newer))
            .build()
            .toByteString();

    assertThatThrownBy(() -> EntryCodec.decode(bytes))
        .isInstanceOf(UnknownFormat.class)
        .hasMessageContaining("unknown command, fields [77]");
  }

  @Test
  void namesBytesThatAreNoEntry() {
    for (String bytes : List.of("junk", "\u0001\u0002")) {
      assertThatThrownBy(() -> EntryCodec.decode(ByteString.copyFromUtf8(bytes)))
          .isInstanceOf(UnknownFormat.class);
    }
  }

  private static Account account(boolean retriesFast) {
    return new Account(
        new AccountId("cheap"),
        "sim",
        1,
        Policy.LST_BL,
        new TreeMap<>(),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 3)),
        retriesFast);
  }
}
