package io.corale.scheduler.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.RandomLog;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.util.MD5FileUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule 35, and the promise that a snapshot is whole or not there, wherever a process dies. */
final class SnapshotDeathTest {
  /** More than a snapshot takes; the test says how many it took. */
  private static final int MANY_STEPS = 40;

  @TempDir Path directory;

  private final List<Image> images = new ArrayList<>();

  /** Of an owner's cell at four points of its log. */
  @BeforeEach
  void draw() {
    RandomLog log = RandomLog.wild(new Random(7));
    OwnerScheduler scheduler = new OwnerScheduler();
    log.first().to(scheduler);
    for (int i = 0; i < 4; i++) {
      for (int entry = 0; entry < 25; entry++) {
        log.saw(log.next().to(scheduler));
      }
      images.add(scheduler.image());
    }
  }

  @ParameterizedTest(name = "{0}, power cut: {1}")
  @CsvSource({
    "BEGUN,false",
    "HALF_DONE,false",
    "DONE,false",
    "BEGUN,true",
    "HALF_DONE,true",
    "DONE,true"
  })
  void hasTheOldSnapshotOrTheNewWhereverItDies(CutDisk.When when, boolean isPowerCut)
      throws IOException {
    int fatal = 1;
    while (diesAt(fatal, when, isPowerCut)) {
      fatal++;
      assertThat(fatal).isLessThan(MANY_STEPS);
    }
    assertThat(fatal).as("steps of a snapshot").isGreaterThan(7);
  }

  /** Returns whether it came to that step. */
  private boolean diesAt(int step, CutDisk.When when, boolean isPowerCut) throws IOException {
    ReplicaRig rig = new ReplicaRig(directory);
    SnapshotStore before = open(rig, new SnapshotDisk.Real());
    before.write(at(0), images.get(0));
    before.write(at(1), images.get(1));
    // The log goes up to the third, and is purged up to the first.
    rig.haveLog(images.get(0).header().appliedIndex() + 1, images.get(2).header().appliedIndex());

    SnapshotStore dying = open(rig, new CutDisk(step, when, isPowerCut));
    boolean died = false;
    try {
      dying.write(at(2), images.get(2));
    } catch (CutDisk.Death e) {
      died = true;
    }

    SnapshotStore after = new SnapshotStore(new SnapshotDisk.Real());
    after.init(rig.storage);
    assertThat(rig.storage.getStorageDir().getTmpDir()).as("drafts").doesNotExist();
    SnapshotStore.Loaded loaded = after.load().orElseThrow();
    String where = "step " + step;
    int found = loaded.at().equals(at(2)) ? 2 : 1;
    assertThat(loaded.at()).as(where).isEqualTo(at(found));
    assertThat(bytes(loaded.state().image())).as(where).isEqualTo(bytes(images.get(found)));
    assertThat(found == 2 || died).as(where + ": what was told to be durable is").isTrue();
    assertThat(dying.purgeableIndex()).as(where).isLessThan(loaded.at().getIndex());
    assertThat(rig.names()).as(where).hasSizeLessThanOrEqualTo(2 * SnapshotStore.KEPT);
    assertWhole(rig);
    after.write(at(3), images.get(3));
    assertThat(open(rig, new SnapshotDisk.Real()).durableIndex()).isEqualTo(at(3).getIndex());
    return died;
  }

  /** Each snapshot has the digest that Ratis sends with it, and each digest its snapshot. */
  private static void assertWhole(ReplicaRig rig) throws IOException {
    for (SnapshotFile file : SnapshotFile.newestFirst(rig.directory())) {
      assertThat(MD5FileUtil.readStoredMd5ForFile(file.path().toFile()))
          .isEqualTo(MD5FileUtil.computeMd5ForFile(file.path().toFile()));
    }
  }

  /** Ratis installs a snapshot by two renames of the directory. */
  @Test
  void keepsItsSnapshotsIfItDiesWhileRatisPutsOthersInTheirPlace() throws IOException {
    ReplicaRig rig = new ReplicaRig(directory);
    SnapshotStore store = open(rig, new SnapshotDisk.Real());
    store.write(at(0), images.get(0));
    Path snapshots = rig.directory();
    Path aside = snapshots.resolveSibling("sm.tmp20261126-100000-000");
    Path received = snapshots.resolveSibling("tmp").resolve("snapshot-1");
    Files.createDirectories(received);

    Files.move(snapshots, aside);
    assertThat(open(rig, new SnapshotDisk.Real()).durableIndex()).isEqualTo(at(0).getIndex());
    assertThat(received).doesNotExist();
    assertThat(aside).doesNotExist();

    Files.createDirectories(aside);
    Files.createFile(aside.resolve("snapshot.1_1"));
    assertThat(open(rig, new SnapshotDisk.Real()).durableIndex()).isEqualTo(at(0).getIndex());
    assertThat(aside).doesNotExist();
  }

  private static SnapshotStore open(ReplicaRig rig, SnapshotDisk disk) throws IOException {
    SnapshotStore store = new SnapshotStore(disk);
    store.init(rig.storage);
    store.load();
    return store;
  }

  private TermIndex at(int number) {
    Image.Header header = images.get(number).header();
    return TermIndex.valueOf(header.appliedTerm(), header.appliedIndex());
  }

  private static byte[] bytes(Image image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.encode(image, out);
    return out.toByteArray();
  }
}
