package io.corale.node.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.node.disk.DirectorySync.Mount;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectorySyncTest {
  /** As Linux writes it; the last line is a mount over another one. */
  private static final String MOUNTS =
      """
      22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
      23 22 0:20 / /proc rw,nosuid - proc proc rw
      40 22 8:2 / /var/lib rw,noatime shared:5 master:2 - xfs /dev/sdb1 rw,wsync,attr2
      41 40 8:3 / /var/lib/my\\040data rw,noatime - ext4 /dev/sdc1 rw,dirsync
      42 22 0:31 / /tmp rw - tmpfs tmpfs rw
      43 22 8:4 / /srv rw - btrfs /dev/sdd rw
      44 22 8:5 / /srv rw - ext4 /dev/sde rw
      """;

  private static DirectorySync judged(String path, boolean hasAttribute) {
    return DirectorySync.mountOf(MOUNTS, Path.of(path))
        .map(mount -> DirectorySync.judge(mount, () -> hasAttribute))
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "/home/corale, false, NOT_SYNCED",
    "/home/corale, true, SYNCED",
    "/var/lib/corale, false, SYNCED",
    "/var/library, false, NOT_SYNCED",
    "/var/lib/my data/raft, false, SYNCED",
    "/tmp/corale, false, UNKNOWN",
    "/srv/corale, false, NOT_SYNCED",
    "/srv/corale, true, SYNCED"
  })
  void itIsTheInnermostMountThatCounts(String path, boolean hasAttribute, DirectorySync expected) {
    assertThat(judged(path, hasAttribute)).isEqualTo(expected);
  }

  @Test
  void xfsHasNoAttribute() {
    Mount mount = Mount.parse("40 22 8:2 / /a rw - xfs /dev/sdb1 rw,attr2").orElseThrow();

    assertThat(DirectorySync.judge(mount, () -> true)).isEqualTo(DirectorySync.NOT_SYNCED);
  }

  @Test
  void aLineOfAnotherFormIsPassedOver() {
    assertThat(DirectorySync.mountOf("\n40 22\nx - y\n", Path.of("/a")))
        .isEqualTo(Optional.empty());
  }
}
