package io.corale.scheduler.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.RandomLog;
import io.corale.scheduler.wire.SnapshotCodec;
import io.corale.sim.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** Rule 35: the worker encodes immutable records, so it may take as long as it likes. */
final class LateReaderTest {
  private static final int TAKEN_AT = 400;
  private static final int APPLIED_PER_WRITE = 40;

  @TempDir Path directory;

  private final OwnerScheduler reference = new OwnerScheduler();
  private int appliedMeanwhile;

  @Seeds(6)
  void aSnapshotIsOfItsIndexThoughTheLogGoesOnWhileItIsEncoded(long seed) throws Exception {
    RandomLog log = RandomLog.wild(new Random(seed));
    ReplicaRig rig = new ReplicaRig(directory);
    HeldDisk disk = new HeldDisk();
    OwnerStateMachine machine =
        rig.start(new SnapshotThresholds(TAKEN_AT, Long.MAX_VALUE, Duration.ofDays(1)), disk);
    apply(machine, log, log.first());
    for (int i = 2; i <= TAKEN_AT; i++) {
      apply(machine, log, log.next());
    }
    byte[] stood = bytes(reference);
    while (rig.worker.size() > 1) {
      rig.write(); // What checks have it measure; the snapshot is last.
    }

    disk.betweenWrites =
        () -> {
          for (int i = 0; i < APPLIED_PER_WRITE; i++) {
            apply(machine, log, log.next());
            appliedMeanwhile++;
          }
        };
    rig.write();

    assertThat(appliedMeanwhile).as("entries applied in the middle").isGreaterThan(100);
    assertThat(bytes(reference)).isNotEqualTo(stood);
    Path file = SnapshotFile.newestFirst(rig.directory()).get(0).path();
    assertThat(Files.readAllBytes(file)).isEqualTo(stood);
  }

  private void apply(OwnerStateMachine machine, RandomLog log, RandomLog.Written written) {
    log.saw(written.to(reference));
    var unused =
        machine.applyTransaction(
            ReplicaRig.committed(
                machine, written.term(), written.index(), EntryMessage.of(written.entry())));
  }

  private static byte[] bytes(OwnerScheduler scheduler) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.encode(scheduler.image(), out);
    return out.toByteArray();
  }

  /** A disk so slow that the log goes on between any two buffers that are written. */
  private static final class HeldDisk implements SnapshotDisk {
    private final SnapshotDisk real = new Real();
    Runnable betweenWrites = () -> {};

    @Override
    public void write(Path file, Content content) throws IOException {
      real.write(file, out -> content.writeTo(held(out)));
    }

    private OutputStream held(OutputStream out) {
      return new FilterOutputStream(out) {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          betweenWrites.run();
          out.write(bytes, offset, length);
        }
      };
    }

    @Override
    public void force(Path file) throws IOException {
      real.force(file);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      real.move(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
      real.delete(file);
    }

    @Override
    public void sync(Path directory) throws IOException {
      real.sync(directory);
    }
  }
}
