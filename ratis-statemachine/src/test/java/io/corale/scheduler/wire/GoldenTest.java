package io.corale.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.corale.scheduler.Call;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.RandomLog;
import io.corale.scheduler.Slot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The logs and snapshots of released formats stay readable for ever (rules 32 and 36). */
class GoldenTest {
  private static final String FOLDER = "golden/v1/";

  /** Replays the recorded log: today's scheduler must come to the recorded state. */
  @Test
  void theRecordedLogStillLeadsToTheRecordedSnapshot() throws IOException {
    OwnerScheduler scheduler = new OwnerScheduler();
    DataInputStream log = new DataInputStream(new ByteArrayInputStream(resource("log.bin")));
    while (log.available() > 0) {
      long term = log.readLong();
      long index = log.readLong();
      ByteString bytes = ByteString.copyFrom(log.readNBytes(log.readInt()));
      scheduler.apply(term, index, EntryCodec.decode(bytes));
    }

    assertThat(ReplicasTest.encode(scheduler)).isEqualTo(resource("snapshot.bin"));
  }

  @Test
  void theRecordedSnapshotIsWrittenAsItWasRead() throws IOException {
    Image image = ReplicasTest.decode(resource("snapshot.bin"));

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.encode(image, out);
    assertThat(out.toByteArray()).isEqualTo(resource("snapshot.bin"));
    assertThat(ReplicasTest.encode(OwnerScheduler.restore(image)))
        .isEqualTo(resource("snapshot.bin"));
  }

  /** The recording is worth something only if it holds one of everything. */
  @Test
  void theRecordedSnapshotHoldsOneOfEverything() throws IOException {
    Image image = ReplicasTest.decode(resource("snapshot.bin"));

    assertThat(image.calls()).extracting(Call::state).contains(Call.State.values());
    assertThat(image.slots()).extracting(slot -> slot.fenceMicros() > 0).contains(true, false);
    assertThat(image.invocations()).extracting(i -> i.ended().isPresent()).contains(true, false);
    assertThat(image.branches()).extracting(b -> b.pending().isPresent()).contains(true, false);
    assertThat(image.branches()).extracting(b -> b.output().isPresent()).contains(true, false);
    assertThat(image.estimates()).isNotEmpty();
  }

  /** Rule 6: one byte that is not as it was written is seen. */
  @Test
  void noticesEveryDamagedByte() throws IOException {
    byte[] whole = resource("snapshot.bin");
    for (int at = 0; at < whole.length; at += 97) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      assertThatThrownBy(() -> ReplicasTest.decode(damaged))
          .isInstanceOfAny(DamagedSnapshot.class, UnknownFormat.class);
    }
    byte[] shortened = Arrays.copyOf(whole, whole.length - 1);
    assertThatThrownBy(() -> ReplicasTest.decode(shortened)).isInstanceOf(DamagedSnapshot.class);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = GoldenTest.class.getClassLoader().getResourceAsStream(FOLDER + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  /** Records a new format; never an existing one again. The argument is its folder. */
  public static void main(String[] args) throws IOException {
    for (long seed = 1; ; seed++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      OwnerScheduler scheduler = record(seed, new DataOutputStream(bytes));
      Image image = scheduler.image();
      if (holdsOneOfEverything(image)) {
        Files.write(Path.of(args[0], "log.bin"), bytes.toByteArray());
        Files.write(Path.of(args[0], "snapshot.bin"), ReplicasTest.encode(scheduler));
        return;
      }
    }
  }

  private static boolean holdsOneOfEverything(Image image) {
    return image.calls().stream().map(Call::state).distinct().count() == Call.State.values().length
        && image.slots().stream().map(Slot::fenceMicros).anyMatch(fence -> fence == 0)
        && image.branches().stream().anyMatch(branch -> branch.pending().isPresent())
        && image.branches().stream().anyMatch(branch -> branch.output().isPresent())
        && image.invocations().stream().map(Invocation::ended).anyMatch(ended -> ended.isEmpty());
  }

  private static OwnerScheduler record(long seed, DataOutputStream out) throws IOException {
    RandomLog log = new RandomLog(new Random(seed));
    OwnerScheduler scheduler = new OwnerScheduler();
    for (int i = 0; i < 250; i++) {
      RandomLog.Written written = i == 0 ? log.first() : log.next();
      byte[] bytes = EntryCodec.encode(written.entry()).toByteArray();
      out.writeLong(written.term());
      out.writeLong(written.index());
      out.writeInt(bytes.length);
      out.write(bytes);
      log.saw(written.to(scheduler));
    }
    return scheduler;
  }
}
