package io.corale.scheduler.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.ratis.StorageCheck.Damaged;
import io.corale.scheduler.ratis.StorageCheck.Sound;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 6: what the bytes on a disk say of a replica, and what they do not say. */
final class StorageCheckTest {
  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path directory;
  private Path replica = Path.of("");
  private Path current = Path.of("");

  @BeforeEach
  void make() throws IOException {
    replica = directory.resolve("replica");
    current = Files.createDirectories(replica.resolve("current"));
    Files.writeString(current.resolve("raft-meta"), "term=1\nvotedFor=n1\n");
    Files.write(current.resolve("raft-meta.conf"), configuration(0).toByteArray());
  }

  @Test
  void readsWhatRatisWrites() throws IOException {
    closed(0, 9);
    open(10, 12, 64);

    assertThat(StorageCheck.of(replica, 12)).isEqualTo(new Sound(12, List.of()));
    assertThat(StorageCheck.of(replica, 13)).isInstanceOf(Damaged.class);
  }

  /** Wherever in an entry the process, or the machine, died: the first one of a file, too. */
  @ParameterizedTest
  @ValueSource(longs = {10, 12})
  void seesAHalfWrittenEntryAtTheEndOfTheLog(long last) throws IOException {
    closed(0, 9);
    Path file = open(10, last, 0);
    byte[] whole = Files.readAllBytes(file);
    int begin = last == 10 ? HEADER.length : segment(10, last - 1, 0).length;
    for (int cut = begin + 1; cut < whole.length; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      assertThat(StorageCheck.of(replica, -1)).as("cut at %d", cut).isInstanceOf(Damaged.class);
      byte[] zeros = whole.clone();
      Arrays.fill(zeros, cut, zeros.length, (byte) 0);
      if (!Arrays.equals(zeros, whole)) {
        Files.write(file, zeros);
        assertThat(StorageCheck.of(replica, -1)).as("0 from %d", cut).isInstanceOf(Damaged.class);
      }
    }
  }

  @Test
  void seesEveryBitThatHasChanged() throws IOException {
    Path file = open(0, 2, 3);
    byte[] whole = Files.readAllBytes(file);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] changed = whole.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, changed);
      assertThat(StorageCheck.of(replica, -1)).as("bit %d", bit).isInstanceOf(Damaged.class);
    }
  }

  /** Ratis deletes it: the process died when it had just been created. */
  @Test
  void doesNotMindAFileWithoutEntries() throws IOException {
    closed(0, 9);
    for (byte[] begun : List.of(new byte[0], HEADER, Arrays.copyOf(HEADER, 3), new byte[100])) {
      Files.write(current.resolve("log_inprogress_10"), begun);

      assertThat(StorageCheck.of(replica, 9)).isEqualTo(new Sound(9, List.of()));
    }
  }

  /** Ratis deletes the newest first, and does not open a log with a gap. */
  @Test
  void leavesBehindWhatAPurgeHasNotComeTo() throws IOException {
    closed(0, 9);
    closed(20, 29);
    open(30, 31, 8);

    assertThat(StorageCheck.of(replica, -1))
        .as("no state has entry 10")
        .isInstanceOf(Damaged.class);
    snapshot(18);
    assertThat(StorageCheck.of(replica, -1)).as("nor entry 19").isInstanceOf(Damaged.class);
    snapshot(19);
    assertThat(StorageCheck.of(replica, -1))
        .isEqualTo(new Sound(31, List.of(current.resolve("log_0-9"))));
  }

  @Test
  void needsAConfiguration() throws IOException {
    closed(0, 9);
    Path file = current.resolve("raft-meta.conf");

    Files.delete(file);
    assertThat(StorageCheck.of(replica, -1)).isInstanceOf(Damaged.class);
    for (byte[] damaged : List.of(new byte[0], new byte[] {8}, new byte[] {8, 1})) {
      Files.write(file, damaged);
      assertThat(StorageCheck.of(replica, -1)).isInstanceOf(Damaged.class);
    }

    Files.write(current.resolve("log_inprogress_10"), segment(List.of(configuration(10)), 0));
    assertThat(StorageCheck.of(replica, -1)).as("the log has one").isInstanceOf(Sound.class);
    Files.delete(current.resolve("log_inprogress_10"));
    // An administrator who recovers from a lost quorum counts its index up.
    Files.write(file, configuration(12).toByteArray());
    assertThat(StorageCheck.of(replica, -1)).isInstanceOf(Sound.class);
  }

  @Test
  void aNewReplicaKnowsNoneYet() throws IOException {
    Files.delete(current.resolve("raft-meta.conf"));

    assertThat(StorageCheck.of(replica, -1)).isEqualTo(new Sound(-1, List.of()));
  }

  /** A sick disk says nothing about what is on it; it may be read tomorrow. */
  @ParameterizedTest
  @ValueSource(strings = {"current/log_inprogress_10", "sm/snapshot.1_9", "current/raft-meta"})
  void whatCannotBeReadIsNotDamagedForThat(String name) throws IOException {
    closed(0, 9);
    open(10, 11, 0);
    snapshot(9);
    Files.delete(replica.resolve(name));
    // To read a directory fails as a disk does.
    Files.createDirectory(replica.resolve(name));

    assertThatThrownBy(() -> StorageCheck.of(replica, -1)).isInstanceOf(IOException.class);
  }

  /** That it is there cannot be known either. */
  @ParameterizedTest
  @ValueSource(strings = {"", "sm"})
  void whatCannotBeLookedForIsNotAbsentForThat(String name) throws IOException {
    closed(0, 9);
    snapshot(9);
    Path place = replica.resolve(name);
    Files.move(place, place.resolveSibling(place.getFileName() + ".tmp1"));
    // To follow it fails as a sick disk does.
    Files.createSymbolicLink(place, place.getFileName());

    assertThat(Files.exists(place)).isFalse();
    assertThatThrownBy(() -> StorageCheck.of(replica, -1)).isInstanceOf(IOException.class);
  }

  private void snapshot(long index) throws IOException {
    Path sm = Files.createDirectories(replica.resolve("sm"));
    try (OutputStream out = Files.newOutputStream(sm.resolve("snapshot.1_" + index))) {
      SnapshotCodec.encode(new OwnerScheduler().image(), out);
    }
  }

  private void closed(long first, long last) throws IOException {
    Files.write(current.resolve("log_" + first + "-" + last), segment(first, last, 0));
  }

  private Path open(long first, long last, int zeros) throws IOException {
    return Files.write(current.resolve("log_inprogress_" + first), segment(first, last, zeros));
  }

  private static byte[] segment(long first, long last, int zeros) throws IOException {
    List<LogEntryProto> entries =
        LongStream.rangeClosed(first, last)
            .mapToObj(i -> LogEntryProto.newBuilder().setTerm(1).setIndex(i).build())
            .toList();
    return segment(entries, zeros);
  }

  private static byte[] segment(List<LogEntryProto> entries, int zeros) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(all);
    out.write(HEADER);
    for (LogEntryProto entry : entries) {
      ByteArrayOutputStream one = new ByteArrayOutputStream();
      entry.writeDelimitedTo(one);
      CRC32C sum = new CRC32C();
      sum.update(one.toByteArray());
      out.write(one.toByteArray());
      out.writeInt((int) sum.getValue());
    }
    out.write(new byte[zeros]);
    return all.toByteArray();
  }

  private static LogEntryProto configuration(long index) {
    return LogEntryProto.newBuilder()
        .setTerm(1)
        .setIndex(index)
        .setConfigurationEntry(
            RaftConfigurationProto.newBuilder().addPeers(RaftPeerProto.getDefaultInstance()))
        .build();
  }
}
