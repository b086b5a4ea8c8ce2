package io.corale.scheduler.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Image;
import io.corale.scheduler.Measured;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 39: replicas measure what they are, and one that has parted from the others stops. */
final class CheckedReplicaTest {
  private static final NodeId A = ReplicaRig.SELF;
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final Executor PROPOSER = new Executor(new Incarnation(A, 1), 1);
  private static final long LONG_AGO = 7;

  @TempDir Path directory;

  private ReplicaRig rig;
  private OwnerStateMachine machine;

  @BeforeEach
  void start() throws IOException {
    rig = new ReplicaRig(directory.resolve("one"));
    machine = rig.start(1_000);
  }

  @Test
  void replicasThatAppliedTheSameMeasureTheSame() throws Exception {
    ReplicaRig otherRig = new ReplicaRig(directory.resolve("two"));
    OwnerStateMachine other = otherRig.start(1_000);
    for (OwnerStateMachine each : List.of(machine, other)) {
      open(each);
      apply(each, 2, new Command.Check());
    }
    rig.write();
    otherRig.write();

    assertThat(rig.heard.measured).hasSize(1).isEqualTo(otherRig.heard.measured);
    assertThat(rig.heard.measured.get(0).index()).isEqualTo(2);
  }

  /** It measures the state at the check, whatever is applied before a worker has the time. */
  @Test
  void measuresWhatItWasAtTheCheck() throws Exception {
    ReplicaRig laterRig = new ReplicaRig(directory.resolve("two"));
    OwnerStateMachine later = laterRig.start(1_000);
    open(machine);
    open(later);
    apply(machine, 2, new Command.Check());
    apply(later, 2, new Command.Check());
    apply(later, 3, define(3));
    rig.write();
    laterRig.write();

    assertThat(laterRig.heard.measured).isEqualTo(rig.heard.measured);
  }

  @Test
  void measuresTheStateAndNotTheLogAlone() throws Exception {
    ReplicaRig otherRig = new ReplicaRig(directory.resolve("two"));
    OwnerStateMachine other =
        otherRig.start(
            (scheduler, term, index, entry) ->
                scheduler.apply(
                    term,
                    index,
                    index == 1 ? entry(1, new Command.Opened(cell(), 1), define(9)) : entry));
    open(machine);
    open(other);
    apply(machine, 2, new Command.Check());
    apply(other, 2, new Command.Check());
    rig.write();
    otherRig.write();

    assertThat(otherRig.heard.measured).isNotEqualTo(rig.heard.measured);
  }

  @Test
  void goesOnWhereMostMeasuredTheSame() throws Exception {
    Measured own = measured();

    apply(machine, 3, verdict(own, own.digest(), own.digest() + 1));

    assertThat(rig.heard.judged).containsExactly(Judgement.AGREES);
    assertThat(rig.heard.quarantines).isEmpty();
  }

  @Test
  void stopsWhereMostMeasuredSomethingElse() throws Exception {
    Measured own = measured();

    apply(machine, 3, verdict(own, LONG_AGO, LONG_AGO));

    assertThat(rig.heard.judged).containsExactly(Judgement.DIFFERS);
    assertThat(rig.heard.quarantines)
        .singleElement()
        .asString()
        .contains("2: at its entry 2", "b %016x".formatted(LONG_AGO), "(of 3 members)");
  }

  /** A wrong answer is worse than none. */
  @Test
  void stopsWhereNobodyIsRight() throws Exception {
    Measured own = measured();

    apply(machine, 3, verdict(own, own.digest() + 1, own.digest() + 2));

    assertThat(rig.heard.judged).containsExactly(Judgement.SPLIT);
    assertThat(rig.heard.quarantines).hasSize(1);
  }

  /** The worker may have much to do. */
  @Test
  void isJudgedOnceItHasMeasured() throws Exception {
    open(machine);
    apply(machine, 2, new Command.Check());
    apply(machine, 3, verdict(new Measured(2, LONG_AGO), LONG_AGO, LONG_AGO));
    assertThat(rig.heard.judged).isEmpty();

    rig.write();

    assertThat(rig.heard.judged).containsExactly(Judgement.DIFFERS);
    assertThat(rig.heard.quarantines).hasSize(1);
  }

  /** Of three, two had parted while it was away: it is the third that they had waited for. */
  @Test
  void goesOnWhereWhatItMeasuredMakesTheMost() throws Exception {
    Measured own = measured();

    apply(machine, 3, new Command.Verdict(2, 3, true, of(B, own.digest(), C, LONG_AGO)));

    assertThat(rig.heard.judged).containsExactly(Judgement.AGREES);
    assertThat(rig.heard.quarantines).isEmpty();
  }

  /** It was lost for that, and has come back. */
  @Test
  void isNotJudgedByWhatItHadMeasuredInAnEarlierLife() throws Exception {
    Measured own = measured();
    SortedMap<NodeId, Long> split = of(B, own.digest(), C, LONG_AGO);
    split.put(A, LONG_AGO + 1);

    apply(machine, 3, new Command.Verdict(2, 3, false, split));

    assertThat(rig.heard.judged).containsExactly(Judgement.AGREES);
  }

  /** It is on its way through what its group did before. */
  @Test
  void isNotComparedBeforeItsGroupCountsOnIt() throws Exception {
    rig.heard.counts = false;
    open(machine);
    apply(machine, 2, new Command.Check());
    assertThat(rig.worker).isEmpty();

    rig.heard.counts = true;
    apply(machine, 3, new Command.Check());

    assertThat(rig.worker).hasSize(1);
  }

  /** What another state was must not accuse the one that an installed snapshot has put there. */
  @Test
  void isNotJudgedByWhatItWasBeforeAnInstalledSnapshot() throws Exception {
    Measured own = measured();

    machine.pause();
    machine.reinitialize();
    apply(machine, 3, verdict(own, LONG_AGO, LONG_AGO));

    assertThat(rig.heard.judged).isEmpty();
  }

  /** What another life, or another build, made of them must not be held against this one. */
  @Test
  void passesOverWhatStoodInItsLogWhenItWasOpened() throws Exception {
    rig.logEnd = 3;
    open(machine);
    apply(machine, 2, new Command.Check());
    apply(machine, 3, verdict(new Measured(2, LONG_AGO), LONG_AGO, LONG_AGO));
    assertThat(rig.worker).isEmpty();

    apply(machine, 4, new Command.Check());
    rig.write();

    assertThat(rig.heard.measured).singleElement().extracting(Measured::index).isEqualTo(4L);
    assertThat(rig.heard.judged).isEmpty();
  }

  /** It must not leave a snapshot behind, or break on what it has become. */
  @Test
  void appliesNothingMoreWhenItHasParted() throws Exception {
    Measured own = measured();
    apply(machine, 3, verdict(own, LONG_AGO, LONG_AGO));

    apply(machine, 4, define(4));
    machine.takeSnapshot();

    assertThat(machine.read(OwnerScheduler::compositions)).isEmpty();
    assertThat(rig.worker).isEmpty();
  }

  @Test
  void isToldFromWhereNobodyIsRight() {
    Measured own = new Measured(2, 1);
    Command.Verdict verdict = verdict(own, LONG_AGO, LONG_AGO);

    assertThat(new DivergedState(verdict, own, Judgement.DIFFERS).isAlone()).isTrue();
    assertThat(new DivergedState(verdict, own, Judgement.SPLIT).isAlone()).isFalse();
  }

  /** A snapshot is intact, byte for byte, and yet not what it was taken of. */
  @Test
  void goesOnFromAnOlderSnapshotWhereTheNewestLeadsToAnotherState() throws Exception {
    open(machine);
    Image image = machine.read(OwnerScheduler::image);
    Path file = SnapshotFile.of(rig.directory(), TermIndex.valueOf(1, 1)).path();
    try (OutputStream out = Files.newOutputStream(file)) {
      SnapshotCodec.encode(withStrayTail(image), out);
    }
    rig.haveLog(0, 1);

    rig.start(1_000);

    assertThat(rig.heard.loaded).last().isEqualTo(0L);
    assertThat(rig.names()).containsExactly("snapshot.1_1.corrupt");
  }

  private static Image withStrayTail(Image image) {
    Image.Header header = image.header();
    return new Image(
        new Image.Header(
            header.format(),
            header.activeFormat(),
            header.cell(),
            header.epoch(),
            header.appliedTerm(),
            header.appliedIndex(),
            header.cellTimeMicros(),
            header.executor(),
            header.lastSequence(),
            5,
            header.chain(),
            header.retention(),
            header.controlled(),
            header.admission(),
            header.membership()),
        image.definitions(),
        image.accounts(),
        image.secrets(),
        image.estimates(),
        image.invocations(),
        image.branches(),
        image.calls(),
        image.slots(),
        image.schedules(),
        image.announced(),
        image.uploads(),
        image.holds(),
        image.breakers(),
        image.incidents());
  }

  private Measured measured() throws Exception {
    open(machine);
    apply(machine, 2, new Command.Check());
    rig.write();
    return rig.heard.measured.get(0);
  }

  private static Command.Verdict verdict(Measured own, long b, long c) {
    SortedMap<NodeId, Long> digests = of(B, b, C, c);
    digests.put(A, own.digest());
    return new Command.Verdict(own.index(), 3, false, digests);
  }

  private static SortedMap<NodeId, Long> of(NodeId one, long its, NodeId other, long others) {
    return new TreeMap<>(Map.of(one, its, other, others));
  }

  private static CellId cell() {
    return CellId.home(new OwnerId("acme"));
  }

  private static void open(OwnerStateMachine machine) throws Exception {
    apply(machine, 1, new Command.Opened(cell(), 1));
  }

  private static Command.Define define(int number) {
    return new Command.Define(
        new CompositionRef("c" + number, "1.0.0"), Payload.ofJson("{}"), Optional.empty());
  }

  private static void apply(OwnerStateMachine machine, long index, Command command)
      throws Exception {
    machine
        .applyTransaction(
            ReplicaRig.committed(machine, 1, index, EntryMessage.of(entry(index, command))))
        .get();
  }

  private static Entry entry(long sequence, Command... commands) {
    return new Entry(PROPOSER, sequence, 10, 0, false, List.of(commands));
  }
}
