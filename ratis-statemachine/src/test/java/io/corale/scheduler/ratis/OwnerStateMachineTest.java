package io.corale.scheduler.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.wire.UnknownFormat;
import io.corale.wire.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state machine as Ratis drives it, with a disk but without a server. */
final class OwnerStateMachineTest {
  private static final Executor PROPOSER = new Executor(new Incarnation(new NodeId("n1"), 1), 1);
  private static final CellId CELL = CellId.home(new OwnerId("acme"));

  @TempDir Path directory;

  private ReplicaRig rig;
  private OwnerStateMachine machine;

  @BeforeEach
  void start() throws IOException {
    rig = new ReplicaRig(directory);
    machine = rig.start(1_000);
  }

  /** Rule 23: leader or follower, it is the bytes of the log that are applied. */
  @Test
  void appliesTheBytesOfTheLogOnEveryReplica() throws Exception {
    Entry entry = entry(0, new Command.Opened(CELL, 1));

    Message reply = apply(1, EntryMessage.of(entry));

    assertThat(reply.getContent()).isEqualTo(ByteString.EMPTY);
    assertThat(rig.heard.entries).containsExactly(entry);
    assertThat(rig.heard.entries.get(0)).isNotSameAs(entry);
    assertThat(machine.read(OwnerScheduler::cell)).contains(CELL);
    assertThat(machine.getLastAppliedTermIndex().getIndex()).isEqualTo(1);
  }

  /** Of one group alone, Ratis says it when the others know no such peer. */
  @Test
  void tellsBeingRemovedFromBeingClosed() {
    machine.notifyServerShutdown(RoleInfoProto.getDefaultInstance(), true);
    assertThat(rig.heard.removed).isZero();
    machine.notifyServerShutdown(RoleInfoProto.getDefaultInstance(), false);
    assertThat(rig.heard.removed).isOne();
  }

  @Test
  void letsNobodyAppendFromOutsideTheProcess() {
    RaftClientRequest foreign =
        RaftClientRequest.newBuilder()
            .setClientId(ClientId.randomId())
            .setServerId(RaftPeerId.valueOf("n1"))
            .setGroupId(rig.group)
            .setCallId(1)
            .setMessage(Message.valueOf("anything"))
            .setType(RaftClientRequest.writeRequestType())
            .build();

    assertThatThrownBy(() -> machine.startTransaction(foreign))
        .isInstanceOf(StateMachineException.class)
        .hasMessageContaining("only the superpeer appends");
  }

  /** Ratis forgets what it could not open, and would find it locked for ever. */
  @Test
  void givesBackTheDirectoryOfWhatCouldNotBeOpened() throws Exception {
    machine.abandon();

    try (RaftStorage again = rig.sameDirectory()) {
      assertThatCode(again::initialize).doesNotThrowAnyException();
    }
  }

  /** Whatever it is, Ratis closes the group at it, and would meet it again. */
  @Test
  void isQuarantinedByAnErrorToo() throws Exception {
    machine =
        rig.start(
            (scheduler, term, index, entry) -> {
              throw new StackOverflowError("planted");
            });

    assertThatThrownBy(() -> define(1, 1)).isInstanceOf(StackOverflowError.class);

    assertThat(rig.heard.quarantines).singleElement().asString().contains("planted");
  }

  /** Rule 36. */
  @Test
  void isQuarantinedByAFormatThatItDoesNotKnow() {
    byte[] newer = Log.Entry.newBuilder().setVersion(99).build().toByteArray();

    for (long index = 1; index <= 2; index++) {
      long at = index;
      assertThatThrownBy(() -> apply(at, Message.valueOf(ByteString.copyFrom(newer))))
          .isInstanceOf(UnknownFormat.class);
    }

    assertThat(rig.heard.quarantines).singleElement().asString().contains("99");
    assertThat(rig.heard.entries).isEmpty();
    assertThat(machine.getLastAppliedTermIndex().getIndex()).isLessThan(1);
  }

  /** Rule 35: what is not on disk yet must not be purged from the log. */
  @Test
  void hasNothingPurgedThatASnapshotStillNeeds() throws Exception {
    machine = rig.start(3);
    define(1, 3);
    assertThat(rig.worker).as("the writing of a snapshot").hasSize(1);
    assertThat(machine.takeSnapshot()).isEqualTo(-1);

    rig.write();
    assertThat(machine.getLatestSnapshot().getIndex()).isEqualTo(3);
    assertThat(machine.takeSnapshot()).as("should that one be damaged").isEqualTo(-1);

    define(4, 6);
    assertThat(machine.takeSnapshot()).isEqualTo(-1);
    rig.write();
    assertThat(machine.takeSnapshot()).isEqualTo(3);
    assertThat(machine.getLatestSnapshot().getIndex()).isEqualTo(6);
  }

  /** Ratis closes a group whose index for purging falls below that of its first snapshot. */
  @Test
  void neverNamesAnIndexForPurgingBelowTheOneThatItBeganWith() throws Exception {
    machine = rig.start(3);
    define(1, 3);
    rig.write();
    define(4, 6);
    rig.write();

    machine = rig.start(3);

    assertThat(machine.takeSnapshot()).isEqualTo(-1);
    define(7, 9);
    rig.write();
    assertThat(machine.takeSnapshot()).isEqualTo(6);
  }

  /** The digests of replicas can be compared only at equal indexes. */
  @Test
  void takesSnapshotsAtTheSameEntriesAsTheOthers() throws Exception {
    machine = rig.start(4);
    define(1, 5);
    rig.write();
    machine = rig.start(4);
    define(5, 7);
    assertThat(rig.worker).isEmpty();

    define(8, 11);
    rig.write();
    define(12, 12);
    rig.write();

    assertThat(rig.heard.snapshots).containsExactly(4L, 8L, 12L);
  }

  @Test
  void takesOneAfterSoManyBytes() throws Exception {
    machine = rig.start(new SnapshotThresholds(1_000, 300, Duration.ofDays(1)));
    int entries = 0;
    while (rig.worker.isEmpty()) {
      entries++;
      define(entries, entries);
    }

    assertThat(entries).isBetween(3, 10);
    rig.write();
    define(entries + 1, entries + 1);
    assertThat(rig.worker).as("so many bytes from that one on").isEmpty();
  }

  /** Where the state is large, its snapshots must not take more of the disk than its log. */
  @Test
  void takesNoneBeforeTheLogHasAsManyBytesAsTheLastOne() throws Exception {
    machine = rig.start(AT_ONCE);
    defineMany();

    assertThat(entriesUntilOneIsDue()).isGreaterThan(5);
  }

  /** And how large it is, is known after a restart. */
  @Test
  void knowsAfterARestartHowManyBytesTheLastOneHas() throws Exception {
    machine = rig.start(AT_ONCE);
    defineMany();

    machine = rig.start(AT_ONCE);

    assertThat(entriesUntilOneIsDue()).isGreaterThan(5);
  }

  /** As well as after one of the leader's has come. */
  @Test
  void knowsHowManyBytesAnInstalledOneHas() throws Exception {
    machine = rig.start(AT_ONCE);
    defineMany();
    ReplicaRig follower = new ReplicaRig(directory.resolve("follower"));
    machine = follower.start(AT_ONCE);

    machine.pause();
    for (String name : rig.names()) {
      Files.copy(rig.directory().resolve(name), follower.directory().resolve(name));
    }
    machine.reinitialize();

    assertThat(follower.heard.installed).isOne();
    rig = follower;
    assertThat(entriesUntilOneIsDue()).isGreaterThan(5);
  }

  /** Else a full disk would be followed by as much log as a large state has. */
  @Test
  void triesAgainSoonAfterOneCouldNotBeWritten() throws Exception {
    machine = rig.start(AT_ONCE);
    defineMany();
    int due = MANY + entriesUntilOneIsDue();
    Path away = directory.resolve("away");
    Files.move(rig.directory(), away);
    rig.write();
    Files.move(away, rig.directory());

    define(due + 1, due + 1);

    assertThat(rig.worker).isNotEmpty();
  }

  private static final SnapshotThresholds AT_ONCE =
      new SnapshotThresholds(1_000, 1, Duration.ofDays(1));

  private static final int MANY = 20;

  /** Writes a snapshot of the last of many entries: the first one is written meanwhile. */
  private void defineMany() throws Exception {
    apply(1, EntryMessage.of(entry(1, new Command.Opened(CELL, 1))));
    define(2, MANY - 1);
    rig.write();
    define(MANY, MANY);
    rig.write();
    assertThat(rig.heard.snapshots).containsExactly(1L, (long) MANY);
  }

  private int entriesUntilOneIsDue() throws Exception {
    for (int entries = 1; entries <= 100; entries++) {
      define(MANY + entries, MANY + entries);
      if (!rig.worker.isEmpty()) {
        return entries;
      }
    }
    throw new AssertionError("none was due");
  }

  @Test
  void takesOneWhenTheLastIsOldAndAnEntryHasCome() throws Exception {
    machine = rig.start(new SnapshotThresholds(1_000, 1_000_000, Duration.ofMinutes(10)));
    define(1, 1);
    rig.nanos += Duration.ofMinutes(10).toNanos() - 1;
    define(2, 2);
    assertThat(rig.worker).isEmpty();

    rig.nanos += 1;
    assertThat(rig.worker).as("nothing has come").isEmpty();
    define(3, 3);
    rig.write();

    assertThat(machine.getLatestSnapshot().getIndex()).isEqualTo(3);
    rig.nanos += Duration.ofMinutes(10).toNanos() - 1;
    define(4, 4);
    assertThat(rig.worker).as("its age counts from that one on").isEmpty();
  }

  /** Rule 35: the image is of the index at which it was taken, whatever is applied meanwhile. */
  @Test
  void restoresWhatStoodAtTheSnapshot() throws Exception {
    machine = rig.start(3);
    apply(1, EntryMessage.of(entry(0, new Command.Opened(CELL, 1))));
    define(2, 5);
    rig.write();

    machine = rig.start(3);

    assertThat(machine.getLastAppliedTermIndex().getIndex()).isEqualTo(3);
    assertThat(machine.read(OwnerScheduler::compositions)).hasSize(2);
  }

  @Test
  void publishesNothingIntoADirectoryThatTheLeaderReplaces() throws Exception {
    machine = rig.start(1);
    define(1, 1);

    machine.pause();
    rig.write();

    assertThat(rig.names()).isEmpty();
    assertThat(machine.getLifeCycleState()).isEqualTo(LifeCycle.State.PAUSED);
    machine.reinitialize();
    assertThat(machine.getLifeCycleState()).isEqualTo(LifeCycle.State.RUNNING);
  }

  private void define(int first, int last) throws Exception {
    for (int number = first; number <= last; number++) {
      CompositionRef ref = new CompositionRef("c" + number, "1.0.0");
      apply(number, EntryMessage.of(entry(number, new Command.Define(ref, Payload.ofJson("{}")))));
    }
  }

  private Message apply(long index, Message message) throws Exception {
    return machine.applyTransaction(ReplicaRig.committed(machine, 1, index, message)).get();
  }

  private static Entry entry(long sequence, Command command) {
    return new Entry(PROPOSER, sequence, 10, 0, false, List.of(command));
  }
}
