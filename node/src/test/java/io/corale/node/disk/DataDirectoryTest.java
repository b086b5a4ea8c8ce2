package io.corale.node.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path temp;

  private static final Instant NOON = Instant.ofEpochSecond(1_800_000_000);

  private long boot(Path path, Instant now) throws Exception {
    try (DataDirectory directory = DataDirectory.open(path, "node")) {
      long next = directory.nextBoot(now);
      directory.countBoot(next);
      return next;
    }
  }

  @Test
  void everyOpeningHasAGreaterNumberWhateverTheClockSays() throws Exception {
    assertThat(boot(temp.resolve("d"), NOON)).isEqualTo(1_800_000_000);
    assertThat(boot(temp.resolve("d"), NOON)).isEqualTo(1_800_000_001);
    assertThat(boot(temp.resolve("d"), NOON.minusSeconds(3_600))).isEqualTo(1_800_000_002);
    assertThat(boot(temp.resolve("d"), NOON.plusSeconds(60))).isEqualTo(1_800_000_060);
  }

  /** Who was asked in a former life may have lost what it had promised (rules 2 and 6). */
  @Test
  void aNodeThatHasLostItsDiskHasALifeOfItsOwn() throws Exception {
    long before = boot(temp.resolve("d"), NOON);
    long restarted = boot(temp.resolve("d"), NOON.plusSeconds(10));

    long after = boot(temp.resolve("new disk"), NOON.plusSeconds(20));

    assertThat(after).isGreaterThan(restarted).isGreaterThan(before);
  }

  @Test
  void knowsItsLivesUnlessItIsNew() throws Exception {
    try (DataDirectory fresh = DataDirectory.open(temp.resolve("d"), "node")) {
      assertThat(fresh.boots()).isEmpty();
    }
    long first = boot(temp.resolve("d"), NOON);
    long second = boot(temp.resolve("d"), NOON.plusSeconds(60));
    try (DataDirectory again = DataDirectory.open(temp.resolve("d"), "node")) {
      assertThat(again.boots()).containsExactly(first, second);
    }
  }

  /** So an operator may go back to it. */
  @Test
  void anEarlierBuildFindsTheNumberThatItExpects() throws Exception {
    boot(temp.resolve("d"), NOON);
    long last = boot(temp.resolve("d"), NOON.plusSeconds(60));
    assertThat(Files.readString(temp.resolve("d").resolve("boot"))).isEqualTo(last + "\n");

    Files.writeString(temp.resolve("d").resolve("boot"), last + 60 + "\n");

    try (DataDirectory again = DataDirectory.open(temp.resolve("d"), "node")) {
      assertThat(again.boots()).containsExactly(NOON.getEpochSecond(), last, last + 60);
    }
  }

  @Test
  void remembersSoManyLivesAndNoMore() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int life = 1; life <= BootCounter.REMEMBERED; life++) {
      many.append(life).append(' ');
    }
    Files.createDirectories(temp.resolve("d"));
    Files.writeString(temp.resolve("d").resolve("lives"), many);

    long last = boot(temp.resolve("d"), NOON);

    try (DataDirectory again = DataDirectory.open(temp.resolve("d"), "node")) {
      assertThat(again.boots()).hasSize(BootCounter.REMEMBERED).startsWith(2L).endsWith(last);
    }
  }

  /** Its number is known to the disk only when it was counted. */
  @Test
  void anOpeningThatWasNotCountedIsNoLife() throws Exception {
    long boot = boot(temp.resolve("d"), NOON);
    try (DataDirectory refused = DataDirectory.open(temp.resolve("d"), "node")) {
      assertThat(refused.nextBoot(NOON.plusSeconds(60))).isGreaterThan(boot);
    }
    try (DataDirectory again = DataDirectory.open(temp.resolve("d"), "node")) {
      assertThat(again.boots()).containsExactly(boot);
    }
  }

  @Test
  void aRetiredOneIsRefusedForEver() throws Exception {
    boot(temp.resolve("d"), NOON);
    try (DataDirectory directory = DataDirectory.open(temp.resolve("d"), "node")) {
      directory.retire();
      directory.retire();
    }

    for (int start = 0; start < 2; start++) {
      assertThatThrownBy(() -> DataDirectory.open(temp.resolve("d"), "node"))
          .isInstanceOf(UnusableDirectoryException.class)
          .hasMessageContaining("was retired");
    }
  }

  @Test
  void aSecondOpeningIsKeptOutUntilTheFirstCloses() throws Exception {
    try (DataDirectory first = DataDirectory.open(temp, "node")) {
      assertThatThrownBy(() -> DataDirectory.open(temp, "node"))
          .isInstanceOf(UnusableDirectoryException.class)
          .hasMessage("data directory " + first.path() + " is in use by another process");
    }
    DataDirectory.open(temp, "node").close();
  }

  @Test
  void anUnknownFormatIsRefusedByName() throws Exception {
    Files.writeString(temp.resolve("format"), "corale-node 2\n");

    assertThatThrownBy(() -> DataDirectory.open(temp, "node"))
        .isInstanceOf(UnusableDirectoryException.class)
        .hasMessageEndingWith("has format 'corale-node 2', this build reads 'corale-node 1'");
  }

  @Test
  void aDirectoryOfAnotherKindIsRefused() throws Exception {
    DataDirectory.open(temp, "zookeeper").close();

    assertThatThrownBy(() -> DataDirectory.open(temp, "node"))
        .hasMessageContaining("'corale-zookeeper 1'");
  }

  @Test
  void aDamagedBootCounterIsNotBegunAnew() throws Exception {
    Files.writeString(temp.resolve("boot"), "");
    try (DataDirectory directory = DataDirectory.open(temp, "node")) {
      assertThatThrownBy(() -> directory.nextBoot(NOON))
          .isInstanceOf(UnusableDirectoryException.class)
          .hasMessageContaining("expected numbers of starts");
    }
  }
}
