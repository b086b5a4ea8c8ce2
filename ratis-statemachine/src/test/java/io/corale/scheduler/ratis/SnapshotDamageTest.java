package io.corale.scheduler.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.RandomLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 6: a replica goes on from what is intact, and never from less than it had acknowledged. */
final class SnapshotDamageTest {
  /** Of bytes that are changed, one after the other. */
  private static final int STRIDE = 97;

  @TempDir Path directory;

  private ReplicaRig rig;
  private SnapshotFile older;
  private SnapshotFile newest;

  /** A replica with snapshots at 20 and at 40, that has applied 50 entries. */
  @BeforeEach
  void run() throws Exception {
    rig = new ReplicaRig(directory);
    OwnerStateMachine machine = rig.start(20);
    RandomLog log = RandomLog.wild(new Random(11));
    for (int i = 1; i <= 50; i++) {
      RandomLog.Written written = i == 1 ? log.first() : log.next();
      machine
          .applyTransaction(
              ReplicaRig.committed(
                  machine, written.term(), written.index(), EntryMessage.of(written.entry())))
          .get();
      if (!rig.worker.isEmpty()) {
        rig.write();
      }
    }
    newest = SnapshotFile.newestFirst(rig.directory()).get(0);
    older = SnapshotFile.newestFirst(rig.directory()).get(1);
  }

  /** What becomes of a file. */
  private enum Damage {
    TRUNCATED {
      @Override
      byte[] done(byte[] whole) {
        return Arrays.copyOf(whole, whole.length - 1);
      }
    },
    HALF_WRITTEN {
      @Override
      byte[] done(byte[] whole) {
        byte[] half = Arrays.copyOf(whole, whole.length);
        Arrays.fill(half, half.length / 2, half.length, (byte) 0);
        return half;
      }
    },
    EMPTY {
      @Override
      byte[] done(byte[] whole) {
        return new byte[0];
      }
    },
    FLIPPED {
      @Override
      byte[] done(byte[] whole) {
        whole[whole.length / 2] ^= 1;
        return whole;
      }
    },
    OF_ANOTHER_FORMAT_AS_IT_SEEMS {
      @Override
      byte[] done(byte[] whole) {
        // The version is the first number of the header, the first record.
        int version = 0;
        while (whole[version] != 8) {
          version++;
        }
        whole[version + 1] = 99;
        return whole;
      }
    },
    TOO_LONG {
      @Override
      byte[] done(byte[] whole) {
        return Arrays.copyOf(whole, whole.length + 1);
      }
    };

    abstract byte[] done(byte[] whole);
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void goesOnFromTheOlderOneIfTheLogHasTheRest(Damage damage) throws IOException {
    damage(newest, damage);
    rig.haveLog(15, 50);

    OwnerStateMachine machine = rig.start(20);

    assertThat(machine.getLastAppliedTermIndex()).isEqualTo(older.at());
    assertThat(machine.getLatestSnapshot().getIndex()).isEqualTo(20);
    assertThat(machine.read(OwnerScheduler::image).header().appliedIndex()).isEqualTo(20);
    assertThat(newest.corrupt()).as("kept for whoever wants to know").exists();
    assertThat(rig.heard.quarantines).isEmpty();
    assertThat(machine.takeSnapshot()).as("its only one is still needed").isEqualTo(-1);
    rig.start(20);
    assertThat(newest.corrupt()).as("until the next start").doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void isNotStartedIfTheLogLacksWhatWasInTheDamagedOne(Damage damage) throws IOException {
    damage(newest, damage);

    rig.haveLog(22, 50);
    assertRefused("its log begins with entry 22");
    rig.haveNoLog();
    assertRefused("its log is empty");
    rig.haveLog(15, 39);
    assertRefused("its log begins with entry 15");

    assertThat(newest.path()).as("as it was found").exists();
  }

  private void assertRefused(String why) {
    rig.heard.quarantines.clear();
    assertThatThrownBy(() -> rig.start(20))
        .isInstanceOf(LostState.class)
        .hasMessageContaining(newest.path().toString())
        .hasMessageContaining(why);
    assertThat(rig.heard.quarantines).hasSize(1);
  }

  @Test
  void goesOnFromTheBeginningOfTheLogIfThatIsThere() throws IOException {
    damage(newest, Damage.FLIPPED);
    damage(older, Damage.FLIPPED);
    rig.haveLog(0, 50);

    OwnerStateMachine machine = rig.start(20);

    assertThat(machine.getLatestSnapshot()).isNull();
    assertThat(machine.read(OwnerScheduler::cell)).isEmpty();
  }

  @Test
  void isNotStartedIfItsSnapshotsAreGone() throws IOException {
    rig.haveLog(15, 50);
    for (SnapshotFile file : SnapshotFile.newestFirst(rig.directory())) {
      Files.delete(file.path());
    }

    assertThatThrownBy(() -> rig.start(20))
        .isInstanceOf(LostState.class)
        .hasMessageContaining("there is no snapshot");
  }

  /** It would start as if it had none: Ratis' own storage takes it for that. */
  @Test
  void doesNotMindADamagedDigest() throws IOException {
    Files.writeString(newest.digest(), "0123");
    Files.delete(older.digest());

    OwnerStateMachine machine = rig.start(20);

    assertThat(machine.getLastAppliedTermIndex()).isEqualTo(newest.at());
    assertThat(Files.readString(newest.digest())).contains(newest.path().getFileName().toString());
  }

  @Test
  void noticesEveryByteThatHasChanged() throws IOException {
    byte[] whole = Files.readAllBytes(newest.path());
    LogReach reach = log(15, 50);
    for (int at = 0; at < whole.length; at += STRIDE) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 << at % 8);
      Files.write(newest.path(), changed);

      SnapshotChoice choice = SnapshotChoice.of(SnapshotFile.newestFirst(rig.directory()), reach);

      assertThat(choice.damaged()).as("byte %d", at).containsExactly(newest);
    }
  }

  private LogReach log(long first, long last) throws IOException {
    rig.haveLog(first, last);
    return LogReach.of(rig.storage.getStorageDir().getCurrentDir().toPath());
  }

  private static void damage(SnapshotFile file, Damage damage) throws IOException {
    Files.write(file.path(), damage.done(Files.readAllBytes(file.path())));
  }
}
