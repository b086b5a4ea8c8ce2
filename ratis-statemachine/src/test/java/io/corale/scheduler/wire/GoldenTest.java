package io.corale.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.corale.model.Ending;
import io.corale.model.Limit;
import io.corale.model.Payload;
import io.corale.model.SealedSecret;
import io.corale.scheduler.Breaker;
import io.corale.scheduler.BreakerLog;
import io.corale.scheduler.Call;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Relocated.End;
import io.corale.scheduler.ControlLog;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Incident;
import io.corale.scheduler.IncidentLog;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.LimitLog;
import io.corale.scheduler.Membership;
import io.corale.scheduler.MembershipLog;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.RandomLog;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.ScopeState;
import io.corale.scheduler.Signal;
import io.corale.scheduler.TermsLog;
import io.corale.scheduler.TextLog;
import io.corale.scheduler.TraceEvent;
import io.corale.scheduler.Transition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The logs and snapshots of released formats stay readable for ever (rules 32 and 36). */
class GoldenTest {
  private static final int ENTRIES = 400;

  /** Among which recordings of a new format are looked for. */
  private static final long SEEDS = 1_000;

  private static final List<String> THIRD_FORMAT = List.of("v3/1", "v3/2");
  private static final List<String> FOURTH_FORMAT = List.of("v4/1", "v4/2", "v4/3");

  private static final List<String> FIFTH_FORMAT = List.of("v5/1", "v5/2", "v5/3");

  private static final List<String> SIXTH_FORMAT = List.of("v6/1", "v6/2");

  private static final String SEVENTH_FORMAT = "v7/1";

  private static final String EIGHTH_FORMAT = "v8/1";

  private static final String NINTH_FORMAT = "v9/1";

  /** Of terms, and of what does not answer. */
  private static final List<String> TENTH_FORMAT = List.of("v10/1", "v10/2");

  private static final String ELEVENTH_FORMAT = "v11/1";

  private static final String TWELFTH_FORMAT = "v12/1";

  /** Of builds that wrote the fifth format without its activation, before they were released. */
  private static final String NEVER_ACTIVATED = "v5/4";

  private static final Set<Class<?>> STEPS_OF_THIRD_FORMAT =
      Set.of(
          Transition.Step.Run.class,
          Transition.Step.Listen.class,
          Transition.Step.Hear.class,
          Transition.Step.Emit.class);
  private static final Set<Class<?>> SIGNALS_OF_THIRD_FORMAT =
      Set.of(Signal.Begun.class, Signal.Heard.class);
  private static final Set<TraceEvent.Kind> EVENTS_OF_THIRD_FORMAT =
      EnumSet.of(
          TraceEvent.Kind.RAN,
          TraceEvent.Kind.RETURNED,
          TraceEvent.Kind.LISTENING,
          TraceEvent.Kind.HEARD);

  private static final Set<TraceEvent.Kind> EVENTS_OF_NINTH_FORMAT =
      EnumSet.of(TraceEvent.Kind.HELD, TraceEvent.Kind.RELEASED, TraceEvent.Kind.PRIORITIZED);

  private static final Set<TraceEvent.Kind> EVENTS_OF_TENTH_FORMAT =
      EnumSet.of(TraceEvent.Kind.BROKEN_OFF, TraceEvent.Kind.RESTORED);

  private static final Set<TraceEvent.Kind> EVENTS_OF_ELEVENTH_FORMAT =
      EnumSet.of(TraceEvent.Kind.INCIDENT, TraceEvent.Kind.RESOLVED);

  /** Every recording; from the third format on, one alone could not hold one of everything. */
  static List<String> recordings() {
    List<String> all = new ArrayList<>(List.of("v1", "v2"));
    all.addAll(THIRD_FORMAT);
    all.addAll(FOURTH_FORMAT);
    all.addAll(FIFTH_FORMAT);
    all.add(NEVER_ACTIVATED);
    all.addAll(SIXTH_FORMAT);
    all.add(SEVENTH_FORMAT);
    all.add(EIGHTH_FORMAT);
    all.add(NINTH_FORMAT);
    all.addAll(TENTH_FORMAT);
    all.add(ELEVENTH_FORMAT);
    all.add(TWELFTH_FORMAT);
    return all;
  }

  /** Replays the recorded log: today's scheduler must come to the recorded state. */
  @ParameterizedTest
  @MethodSource("recordings")
  void theRecordedLogStillLeadsToTheRecordedSnapshot(String format) throws IOException {
    OwnerScheduler scheduler = new OwnerScheduler();
    for (Recorded recorded : log(format)) {
      scheduler.apply(recorded.term(), recorded.index(), recorded.entry());
    }

    assertThat(ReplicasTest.encode(scheduler)).isEqualTo(resource(format, "snapshot.bin"));
    assertThat(scheduler.invariants()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void theRecordedSnapshotIsWrittenAsItWasRead(String format) throws IOException {
    byte[] recorded = resource(format, "snapshot.bin");
    Image image = ReplicasTest.decode(recorded);

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.encode(image, out);
    assertThat(out.toByteArray()).isEqualTo(recorded);
    assertThat(ReplicasTest.encode(OwnerScheduler.restore(image))).isEqualTo(recorded);
  }

  /** The recordings are worth something only if they hold one of everything. */
  @Test
  void theRecordedSnapshotsHoldOneOfEverything() throws IOException {
    Image first = ReplicasTest.decode(resource("v1", "snapshot.bin"));
    Image second = ReplicasTest.decode(resource("v2", "snapshot.bin"));

    assertThat(first.header().format()).isEqualTo(1);
    assertThat(second.header().format()).isEqualTo(2);
    assertThat(lacks(first)).isEmpty();
    assertThat(lacks(second)).isEmpty();
    assertThat(lacksOfSecondFormat(second)).isEmpty();
    Set<Class<?>> steps = allSteps();
    steps.removeAll(STEPS_OF_THIRD_FORMAT);
    assertThat(stepsOf(log("v2"))).hasSameElementsAs(steps);
  }

  @Test
  void theRecordingsOfTheThirdFormatHoldOneOfEverythingTogether() throws IOException {
    Set<String> left = left(THIRD_FORMAT, 3);

    left.removeAll(lacksOfFourthFormat(new OwnerScheduler().image()));
    left.removeAll(lacksOfFifthFormat(new OwnerScheduler().image()));
    left.removeAll(lacksOfSixthFormat(new OwnerScheduler().image()));
    assertThat(left).isEmpty();
  }

  @Test
  void theRecordingsOfTheFourthFormatHoldOneOfEverythingTogether() throws IOException {
    Set<String> left = left(FOURTH_FORMAT, 4);

    left.removeAll(lacksOfFifthFormat(new OwnerScheduler().image()));
    left.removeAll(lacksOfSixthFormat(new OwnerScheduler().image()));
    assertThat(left).isEmpty();
  }

  @Test
  void theRecordingsOfTheFifthFormatHoldOneOfEverythingTogether() throws IOException {
    Set<String> left = left(FIFTH_FORMAT, 5);

    left.removeAll(lacksOfSixthFormat(new OwnerScheduler().image()));
    assertThat(left).isEmpty();
    List<Command> commands = new ArrayList<>();
    for (String recording : FIFTH_FORMAT) {
      log(recording).forEach(recorded -> commands.addAll(recorded.entry().commands()));
    }
    assertThat(commands)
        .hasAtLeastOneElementOfType(Command.Check.class)
        .hasAtLeastOneElementOfType(Command.Verdict.class)
        .hasAtLeastOneElementOfType(Command.Crashed.class)
        .hasAtLeastOneElementOfType(Command.ActivateVersion.class);
  }

  @Test
  void theRecordingsOfTheSixthFormatHoldOneOfEverythingTogether() throws IOException {
    assertThat(left(SIXTH_FORMAT, 6)).isEmpty();
  }

  /** Rule 33: texts in every place, the parts that bring them, and what is on its way. */
  @Test
  void theRecordingOfTheSeventhFormatHoldsATextInEveryPlace() throws IOException {
    Image image = ReplicasTest.decode(resource(SEVENTH_FORMAT, "snapshot.bin"));

    assertThat(image.header().format()).isEqualTo(7);
    assertThat(lacksOfSeventhFormat(image)).isEmpty();
    assertThat(
            log(SEVENTH_FORMAT).stream().flatMap(recorded -> recorded.entry().commands().stream()))
        .hasAtLeastOneElementOfType(Command.Part.class);
  }

  /** Rules 15 and 16: limits of every kind, each with something that it remembers. */
  @Test
  void theRecordingOfTheEighthFormatHoldsALimitOfEveryKind() throws IOException {
    Image image = ReplicasTest.decode(resource(EIGHTH_FORMAT, "snapshot.bin"));
    List<ScopeState> states = image.accounts().get(0).limits();

    assertThat(image.header().format()).isEqualTo(8);
    assertThat(states).anyMatch(state -> !state.rates().isEmpty());
    assertThat(states)
        .flatExtracting(ScopeState::rates)
        .extracting(ScopeState.Rate::window)
        .contains(Limit.Window.values());
    assertThat(states)
        .flatExtracting(ScopeState::rates)
        .anyMatch(rate -> rate.assumedUntilMicros() > 0);
    assertThat(states).anyMatch(state -> state.ramp().isPresent());
    assertThat(states).anyMatch(state -> state.learned().filter(l -> l.ceiling() > 0).isPresent());
    assertThat(states).anyMatch(state -> state.throttling().shutUntilMicros() > 0);
    List<String> lacks = new ArrayList<>();
    wantEvents(lacks, image, EnumSet.of(TraceEvent.Kind.THROTTLED));
    assertThat(lacks).isEmpty();
  }

  /** ADR 32: what is held of every kind, and what has another priority. */
  @Test
  void theRecordingOfTheNinthFormatHoldsOfEveryKind() throws IOException {
    Image image = ReplicasTest.decode(resource(NINTH_FORMAT, "snapshot.bin"));

    assertThat(image.header().format()).isEqualTo(9);
    assertThat(image.holds()).anyMatch(hold -> hold.composition().isPresent());
    assertThat(image.holds()).anyMatch(hold -> hold.composition().isEmpty());
    assertThat(image.invocations()).anyMatch(each -> each.held().isPresent());
    assertThat(image.calls()).anyMatch(call -> call.state() == Call.State.HELD);
    List<String> lacks = new ArrayList<>();
    wantEvents(lacks, image, EVENTS_OF_NINTH_FORMAT);
    assertThat(lacks).isEmpty();
    assertThat(log(NINTH_FORMAT).stream().flatMap(r -> r.entry().commands().stream()))
        .hasAtLeastOneElementOfType(Command.Hold.class)
        .hasAtLeastOneElementOfType(Command.Prioritize.class);
  }

  /** ADR 33: terms with all that they may have, and what counts against them. */
  @Test
  void theFirstRecordingOfTheTenthFormatHoldsTerms() throws IOException {
    String recording = TENTH_FORMAT.get(0);
    Image.Header header = ReplicasTest.decode(resource(recording, "snapshot.bin")).header();

    assertThat(header.format()).isEqualTo(10);
    assertThat(header.admission().terms().weights()).hasSizeGreaterThan(1);
    assertThat(header.admission().submits()).isPresent();
    assertThat(header.admission().drained().second()).isPositive();
    assertThat(header.admission().drained().scaled()).isPositive();
    assertThat(log(recording).stream().flatMap(r -> r.entry().commands().stream()))
        .hasAtLeastOneElementOfType(Command.Agree.class);
  }

  /** ADR 34: breakers in all of their states, and retries that are used up. */
  @Test
  void theSecondRecordingOfTheTenthFormatHoldsBreakersOfEveryKind() throws IOException {
    Image image = ReplicasTest.decode(resource(TENTH_FORMAT.get(1), "snapshot.bin"));

    assertThat(image.header().format()).isEqualTo(10);
    assertThat(image.breakers()).anyMatch(its -> its.failedAlone().isPresent());
    assertThat(image.breakers())
        .anyMatch(its -> its.pauseMicros() == 0 && its.failedAlone().isEmpty());
    assertThat(image.breakers()).anyMatch(Breaker::risksAny);
    assertThat(image.breakers()).anyMatch(its -> isTried(its) && its.untilMicros() == 0);
    assertThat(image.breakers()).anyMatch(its -> isTried(its) && its.untilMicros() > 0);
    assertThat(image.accounts()).anyMatch(its -> its.retriesSpent() > 0);
    assertThat(image.calls()).anyMatch(call -> call.state() == Call.State.PAUSED);
    List<String> lacks = new ArrayList<>();
    wantEvents(lacks, image, EVENTS_OF_TENTH_FORMAT);
    assertThat(lacks).isEmpty();
  }

  /** ADR 39: failures in every stage, and what becomes of those that somebody deals with. */
  @Test
  void theRecordingOfTheEleventhFormatHoldsIncidentsOfEveryKind() throws IOException {
    Image image = ReplicasTest.decode(resource(ELEVENTH_FORMAT, "snapshot.bin"));

    assertThat(image.header().format()).isEqualTo(11);
    assertThat(image.definitions()).anyMatch(Image.Definition::wantsIncidents);
    assertThat(image.incidents()).extracting(Incident::stage).contains(Incident.Stage.values());
    assertThat(image.incidents()).anyMatch(Incident::isAnew);
    assertThat(image.incidents()).anyMatch(its -> isText(its.call().spec().arguments()));
    assertThat(image.incidents()).anyMatch(its -> its.call().base() > 0);
    assertThat(image.calls())
        .anyMatch(call -> call.state() == Call.State.FENCED && call.base() > 0);
    List<String> lacks = new ArrayList<>();
    wantEvents(lacks, image, EVENTS_OF_ELEVENTH_FORMAT);
    assertThat(lacks).isEmpty();
    assertThat(log(ELEVENTH_FORMAT).stream().flatMap(r -> r.entry().commands().stream()))
        .anyMatch(command -> command instanceof Command.Submit its && its.wantsIncidents())
        .anyMatch(command -> command instanceof Command.Advance its && isOver(its.transition()))
        .anyMatch(command -> command instanceof Command.Resolve its && its.arguments().isPresent());
  }

  /** ADR 41: a move that is open, some that have ended either way, and who is left of them. */
  @Test
  void theRecordingOfTheTwelfthFormatHoldsMembersAndMoves() throws IOException {
    Image.Header header = ReplicasTest.decode(resource(TWELFTH_FORMAT, "snapshot.bin")).header();
    Membership membership = header.membership();

    assertThat(header.format()).isEqualTo(12);
    assertThat(membership.members()).hasSize(2);
    assertThat(membership.move().orElseThrow().add()).hasSize(2);
    assertThat(membership.move().orElseThrow().remove()).isPresent();
    assertThat(membership.former()).hasSize(3);
    assertThat(membership.lastToken()).isEqualTo("less-1");
    assertThat(log(TWELFTH_FORMAT).stream().flatMap(r -> r.entry().commands().stream()))
        .hasAtLeastOneElementOfType(Command.Relocate.class)
        .hasAtLeastOneElementOfType(Command.Cleaned.class)
        .anyMatch(its -> its instanceof Command.Relocated ended && ended.end() == End.DONE)
        .anyMatch(its -> its instanceof Command.Relocated ended && ended.end() == End.UNDONE);
  }

  private static boolean isOver(Transition transition) {
    return transition.uncaught().filter(its -> !its.over().isEmpty()).isPresent();
  }

  private static boolean isTried(Breaker breaker) {
    return breaker.probe().isPresent();
  }

  private static Set<String> left(List<String> recordings, int format) throws IOException {
    Set<String> left = everything();
    for (String recording : recordings) {
      Image image = ReplicasTest.decode(resource(recording, "snapshot.bin"));
      assertThat(image.header().format()).isEqualTo(format);
      left.removeAll(held(image, stepsOf(log(recording))));
    }
    return left;
  }

  /** Rule 36: what was written before formats were activated may be gone on with as it was. */
  @ParameterizedTest
  @MethodSource("recordings")
  void nothingIsActiveThatTheRecordingDoesNotActivate(String format) throws IOException {
    OwnerScheduler scheduler =
        OwnerScheduler.restore(ReplicasTest.decode(resource(format, "snapshot.bin")));

    int activated =
        log(format).stream()
            .flatMap(recorded -> recorded.entry().commands().stream())
            .filter(Command.ActivateVersion.class::isInstance)
            .mapToInt(command -> ((Command.ActivateVersion) command).format())
            .reduce(Entry.BASE_FORMAT, Math::max);
    assertThat(scheduler.activeFormat()).isEqualTo(activated);
    assertThat(activated)
        .isLessThanOrEqualTo(
            FIFTH_FORMAT.contains(format)
                ? 5
                : SIXTH_FORMAT.contains(format)
                    ? 6
                    : List.of(SEVENTH_FORMAT, EIGHTH_FORMAT, NINTH_FORMAT).contains(format)
                        ? format.charAt(1) - '0'
                        : TENTH_FORMAT.contains(format)
                            ? 10
                            : List.of(ELEVENTH_FORMAT, TWELFTH_FORMAT).contains(format)
                                ? Integer.parseInt(format.substring(1, 3))
                                : 4);
  }

  /** Rule 6: one byte that is not as it was written is seen. */
  @ParameterizedTest
  @MethodSource("recordings")
  void noticesEveryDamagedByte(String format) throws IOException {
    byte[] whole = resource(format, "snapshot.bin");
    for (int at = 0; at < whole.length; at += 97) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      assertThatThrownBy(() -> ReplicasTest.decode(damaged))
          .isInstanceOfAny(DamagedSnapshot.class, UnknownFormat.class);
    }
    byte[] shortened = Arrays.copyOf(whole, whole.length - 1);
    assertThatThrownBy(() -> ReplicasTest.decode(shortened)).isInstanceOf(DamagedSnapshot.class);
  }

  private record Recorded(long term, long index, Entry entry) {}

  private static List<Recorded> log(String format) throws IOException {
    List<Recorded> entries = new ArrayList<>();
    DataInputStream log =
        new DataInputStream(new ByteArrayInputStream(resource(format, "log.bin")));
    while (log.available() > 0) {
      long term = log.readLong();
      long index = log.readLong();
      ByteString bytes = ByteString.copyFrom(log.readNBytes(log.readInt()));
      entries.add(new Recorded(term, index, EntryCodec.decode(bytes)));
    }
    return entries;
  }

  private static byte[] resource(String format, String name) throws IOException {
    String path = "golden/" + format + "/" + name;
    try (InputStream in = GoldenTest.class.getClassLoader().getResourceAsStream(path)) {
      return Objects.requireNonNull(in, path).readAllBytes();
    }
  }

  /**
   * Records a new format; never an existing one again. The argument is its folder: as many
   * recordings as it takes to hold one of everything, each the one that has most of what is left.
   * With a number and a word beside it, that one is of the log of {@code texts}, {@code limits},
   * {@code control}, {@code terms}, {@code breakers}, {@code incidents} or {@code members}.
   */
  public static void main(String[] args) throws IOException {
    if (args.length > 2) {
      List<Entry> entries =
          switch (args[2]) {
            case "texts" -> TextLog.entries();
            case "limits" -> LimitLog.entries();
            case "terms" -> TermsLog.entries();
            case "breakers" -> BreakerLog.entries();
            case "incidents" -> IncidentLog.entries();
            case "members" -> MembershipLog.entries();
            default -> ControlLog.entries();
          };
      record(Path.of(args[0], args[1]), entries);
      return;
    }
    List<Candidate> candidates = new ArrayList<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      Set<Class<?>> steps = new LinkedHashSet<>();
      DataOutputStream nowhere = new DataOutputStream(OutputStream.nullOutputStream());
      candidates.add(new Candidate(seed, held(record(seed, nowhere, steps).image(), steps)));
    }
    Set<String> left = everything();
    for (int number = 1; !left.isEmpty(); number++) {
      Candidate best =
          candidates.stream().max(Comparator.comparingLong(each -> each.has(left))).orElseThrow();
      if (!left.removeAll(best.held())) {
        throw new IllegalStateException("no seed has " + left);
      }
      Path folder = Files.createDirectories(Path.of(args[0], String.valueOf(number)));
      ByteArrayOutputStream log = new ByteArrayOutputStream();
      OwnerScheduler scheduler =
          record(best.seed(), new DataOutputStream(log), new LinkedHashSet<>());
      Files.write(folder.resolve("log.bin"), log.toByteArray());
      Files.write(folder.resolve("snapshot.bin"), ReplicasTest.encode(scheduler));
    }
  }

  /** Records a log that was written by hand: what it holds no random one has, or is too large. */
  static void record(Path folder, List<Entry> entries) throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(log);
    OwnerScheduler scheduler = new OwnerScheduler();
    long index = 0;
    for (Entry entry : entries) {
      byte[] bytes = EntryCodec.encode(entry).toByteArray();
      out.writeLong(entry.proposer().term());
      out.writeLong(++index);
      out.writeInt(bytes.length);
      out.write(bytes);
      Entry read = EntryCodec.decode(ByteString.copyFrom(bytes));
      scheduler.apply(entry.proposer().term(), index, read);
    }
    Files.createDirectories(folder);
    Files.write(folder.resolve("log.bin"), log.toByteArray());
    Files.write(folder.resolve("snapshot.bin"), ReplicasTest.encode(scheduler));
  }

  /** What the end of a seed's log, and its steps, would show. */
  private record Candidate(long seed, Set<String> held) {
    long has(Set<String> wanted) {
      return held.stream().filter(wanted::contains).count();
    }
  }

  /** The names of all that the newest format knows. */
  private static Set<String> everything() {
    Set<String> all = new TreeSet<>(lacksOfAll(new OwnerScheduler().image()));
    allSteps().forEach(step -> all.add("step " + step.getSimpleName()));
    return all;
  }

  private static Set<String> held(Image image, Set<Class<?>> steps) {
    Set<String> held = everything();
    held.removeIf(name -> name.startsWith("step "));
    held.removeAll(lacksOfAll(image));
    steps.forEach(step -> held.add("step " + step.getSimpleName()));
    return held;
  }

  private static List<String> lacksOfAll(Image image) {
    List<String> lacks = new ArrayList<>(lacks(image));
    lacks.addAll(lacksOfSecondFormat(image));
    lacks.addAll(lacksOfThirdFormat(image));
    lacks.addAll(lacksOfFourthFormat(image));
    lacks.addAll(lacksOfFifthFormat(image));
    lacks.addAll(lacksOfSixthFormat(image));
    return lacks;
  }

  private static OwnerScheduler record(long seed, DataOutputStream out, Set<Class<?>> steps)
      throws IOException {
    RandomLog log = RandomLog.wild(new Random(seed));
    OwnerScheduler scheduler = new OwnerScheduler();
    for (int i = 0; i < ENTRIES; i++) {
      RandomLog.Written written = i == 0 ? log.first() : log.next();
      byte[] bytes = EntryCodec.encode(written.entry()).toByteArray();
      out.writeLong(written.term());
      out.writeLong(written.index());
      out.writeInt(bytes.length);
      out.write(bytes);
      steps.addAll(stepsOf(written.entry()));
      log.saw(written.to(scheduler));
    }
    return scheduler;
  }

  private static Set<Class<?>> allSteps() {
    return new LinkedHashSet<>(List.of(Transition.Step.class.getPermittedSubclasses()));
  }

  private static Set<Class<?>> stepsOf(List<Recorded> log) {
    Set<Class<?>> steps = new LinkedHashSet<>();
    log.forEach(recorded -> steps.addAll(stepsOf(recorded.entry())));
    return steps;
  }

  private static Set<Class<?>> stepsOf(Entry entry) {
    Set<Class<?>> steps = new LinkedHashSet<>();
    for (Command command : entry.commands()) {
      Optional<Transition> transition =
          command instanceof Command.Settle settle
              ? settle.transition()
              : command instanceof Command.Submit submit
                  ? Optional.of(submit.transition())
                  : command instanceof Command.Advance advance
                      ? Optional.of(advance.transition())
                      : Optional.empty();
      transition.ifPresent(t -> t.steps().forEach(step -> steps.add(step.getClass())));
    }
    return steps;
  }

  /** What the first format knows and an image has none of. */
  private static List<String> lacks(Image image) {
    List<String> lacks = new ArrayList<>();
    Set<Call.State> states = EnumSet.complementOf(EnumSet.of(Call.State.HELD));
    for (Call.State state : states) {
      want(lacks, image.calls(), call -> call.state() == state, "call " + state);
    }
    want(lacks, image.slots(), slot -> slot.fenceMicros() == 0, "slot in flight");
    want(lacks, image.slots(), slot -> slot.fenceMicros() > 0, "leased slot");
    want(lacks, image.invocations(), i -> i.ended().isEmpty(), "living invocation");
    want(lacks, image.invocations(), i -> i.ended().isPresent(), "receipt");
    want(lacks, image.branches(), b -> b.pending().isPresent(), "signal");
    want(lacks, image.branches(), b -> b.output().isPresent(), "output");
    want(lacks, image.estimates(), e -> true, "estimate");
    return lacks;
  }

  /** What the second format has added and an image has none of. */
  private static List<String> lacksOfSecondFormat(Image image) {
    List<String> lacks = new ArrayList<>();
    Set<Class<?>> signals = new LinkedHashSet<>(List.of(Signal.class.getPermittedSubclasses()));
    signals.removeAll(SIGNALS_OF_THIRD_FORMAT);
    signals.forEach(signal -> wantSignal(lacks, image, signal));
    want(lacks, image.branches(), b -> b.waiting().timers().size() > 1, "timers");
    want(lacks, image.branches(), b -> b.waiting().children().isRace(), "race");
    want(
        lacks,
        image.branches(),
        b ->
            b.waiting()
                .children()
                .spread()
                .filter(s -> s.opened() < s.items().size() && s.outputBytes() > 0)
                .isPresent(),
        "list under way");
    want(lacks, image.invocations(), i -> i.context().version() > 1, "context");
    Set<TraceEvent.Kind> events = EnumSet.allOf(TraceEvent.Kind.class);
    events.removeAll(EVENTS_OF_THIRD_FORMAT);
    events.remove(TraceEvent.Kind.THROTTLED);
    events.removeAll(EVENTS_OF_NINTH_FORMAT);
    events.removeAll(EVENTS_OF_TENTH_FORMAT);
    events.removeAll(EVENTS_OF_ELEVENTH_FORMAT);
    wantEvents(lacks, image, events);
    return lacks;
  }

  /** What the third format has added and an image has none of. */
  private static List<String> lacksOfThirdFormat(Image image) {
    List<String> lacks = new ArrayList<>();
    SIGNALS_OF_THIRD_FORMAT.forEach(signal -> wantSignal(lacks, image, signal));
    wantEvents(lacks, image, EVENTS_OF_THIRD_FORMAT);
    want(lacks, image.branches(), b -> b.waiting().run() > 0, "awaited invocation");
    want(lacks, image.invocations(), i -> i.submission().descent().depth() > 1, "depth");
    want(lacks, image.schedules(), s -> s.due().isPresent(), "schedule that is due");
    want(lacks, image.schedules(), Schedule::isStopped, "stopped schedule");
    want(lacks, image.schedules(), s -> s.counts().skipped() > 0, "skipped occurrence");
    want(lacks, image.definitions(), d -> d.tellsIn().isPresent(), "telling composition");
    want(lacks, image.invocations(), i -> i.submission().descent().isQuiet(), "quiet invocation");
    want(lacks, image.schedules(), s -> !s.consumption().mailbox().isEmpty(), "uncompared event");
    want(lacks, image.schedules(), s -> !s.consumption().parts().isEmpty(), "part of a set");
    want(lacks, image.schedules(), s -> !s.consumption().whole().isEmpty(), "whole set");
    want(lacks, image.secrets(), secret -> !secret.isRemoved(), "secret");
    want(lacks, image.secrets(), SealedSecret::isRemoved, "removed secret");
    want(lacks, image.branches(), b -> b.waiting().ears().hearing().isPresent(), "hearing");
    want(
        lacks,
        image.branches(),
        b -> b.waiting().ears().all().stream().anyMatch(ear -> !ear.mailbox().isEmpty()),
        "mailbox");
    want(
        lacks,
        image.branches(),
        b -> b.waiting().ears().all().stream().anyMatch(ear -> ear.offered() > 0),
        "ear that was offered what is kept");
    want(lacks, image.invocations(), i -> !i.kept().isEmpty(), "kept event");
    want(lacks, image.announced(), a -> a.key().to().isPresent(), "addressed event");
    want(lacks, image.announced(), a -> a.reached() > 0, "event that reached an ear");
    return lacks;
  }

  /** What the fourth format has added and an image has none of. */
  private static List<String> lacksOfFourthFormat(Image image) {
    List<String> lacks = new ArrayList<>();
    want(lacks, List.of(image.header()), header -> header.tailFrom() > 0, "unseen slot");
    want(
        lacks,
        OwnerScheduler.restore(image).resume(),
        Effect.Acknowledge.class::isInstance,
        "call that waits for the next entry");
    return lacks;
  }

  /** What the fifth format has added and an image has none of. */
  private static List<String> lacksOfFifthFormat(Image image) {
    List<String> lacks = new ArrayList<>();
    want(lacks, image.calls(), call -> call.queuedMicros() > 0, "call that waits since it knows");
    want(lacks, image.accounts(), a -> a.account().retriesFast(), "account that retries fast");
    want(lacks, List.of(image.header()), h -> h.chain() != 0, "chain of decisions");
    want(lacks, List.of(image.header()), h -> h.activeFormat() >= 5, "activated format");
    OwnerScheduler scheduler = OwnerScheduler.restore(image);
    Set<String> details = new LinkedHashSet<>();
    for (Invocation invocation : image.invocations()) {
      scheduler
          .trace(invocation.submission().id())
          .ifPresent(trace -> trace.events().forEach(event -> details.add(event.detail())));
    }
    want(lacks, details, "its account retries fast"::equals, "what a crash has freed");
    return lacks;
  }

  /** What the sixth format has added and an image has none of. */
  private static List<String> lacksOfSixthFormat(Image image) {
    List<String> lacks = new ArrayList<>();
    Image.Header header = image.header();
    want(lacks, List.of(header), h -> !h.retention().isNone(), "retention");
    want(
        lacks,
        image.invocations(),
        i -> i.ended().isPresent() && i.submission().receiptUntilMicros() < header.cellTimeMicros(),
        "what is readable beyond its receipt");
    return lacks;
  }

  /** What the seventh format has added and an image has none of. */
  private static List<String> lacksOfSeventhFormat(Image image) {
    List<String> lacks = new ArrayList<>();
    want(lacks, image.calls(), c -> isText(c.spec().arguments()), "arguments");
    want(lacks, image.branches(), b -> isText(b.state()), "state");
    want(lacks, image.branches(), b -> b.output().filter(GoldenTest::isText).isPresent(), "output");
    want(lacks, image.invocations(), i -> isText(i.context().value()), "context");
    want(
        lacks,
        image.invocations(),
        i ->
            i.ended().isPresent()
                && i.ended().get().ending() instanceof Ending.Completed completed
                && isText(completed.output()),
        "output of an invocation");
    want(
        lacks,
        image.branches(),
        b -> b.pending().orElse(null) instanceof Signal.Returned r && isText(r.result()),
        "result");
    want(
        lacks,
        image.branches(),
        b -> b.pending().orElse(null) instanceof Signal.Begun begun && isText(begun.input()),
        "input");
    want(
        lacks,
        image.branches(),
        b -> b.pending().orElse(null) instanceof Signal.Item item && isText(item.item()),
        "item of a branch");
    want(
        lacks,
        image.branches(),
        b -> b.waiting().children().spread().filter(s -> isText(s.seed())).isPresent(),
        "seed");
    want(
        lacks,
        image.branches(),
        b ->
            b.waiting()
                .children()
                .spread()
                .filter(s -> s.items().stream().anyMatch(GoldenTest::isText))
                .isPresent(),
        "item");
    want(lacks, image.uploads(), u -> u.received().size() == u.text().sizeBytes(), "whole upload");
    want(lacks, image.uploads(), u -> u.received().size() < u.text().sizeBytes(), "upload");
    return lacks;
  }

  private static boolean isText(Payload payload) {
    return !payload.fitsInline();
  }

  private static void wantSignal(List<String> lacks, Image image, Class<?> signal) {
    want(
        lacks,
        image.branches(),
        b -> b.pending().filter(signal::isInstance).isPresent(),
        "signal " + signal.getSimpleName());
  }

  private static void wantEvents(List<String> lacks, Image image, Set<TraceEvent.Kind> events) {
    OwnerScheduler scheduler = OwnerScheduler.restore(image);
    Set<TraceEvent.Kind> kinds = new LinkedHashSet<>();
    for (Invocation invocation : image.invocations()) {
      scheduler
          .trace(invocation.submission().id())
          .ifPresent(trace -> trace.events().forEach(event -> kinds.add(event.kind())));
    }
    events.forEach(kind -> want(lacks, kinds, kind::equals, "event " + kind));
  }

  private static <T> void want(
      List<String> lacks, Collection<T> there, Predicate<T> wanted, String what) {
    if (there.stream().noneMatch(wanted)) {
      lacks.add(what);
    }
  }
}
