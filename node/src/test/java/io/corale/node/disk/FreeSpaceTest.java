package io.corale.node.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When there is too little room, and since when there is enough again. */
final class FreeSpaceTest {
  private static final long LOW = 1_000;

  @TempDir Path directory;

  private final Disk disk = new Disk();
  private final FreeSpace space = new FreeSpace(LOW, disk);

  private static final class Disk implements FreeSpace.Disk {
    private long total = 1_000_000;
    private long usable;
    private boolean isBroken;

    @Override
    public long totalBytes() {
      return total;
    }

    @Override
    public long usableBytes() throws IOException {
      if (isBroken) {
        throw new IOException("planted");
      }
      return usable;
    }
  }

  private boolean isLowAt(long usable) {
    disk.usable = usable;
    space.look();
    return space.isLow();
  }

  @Test
  void isLowUntilThereIsTwiceAsMuch() {
    assertThat(isLowAt(LOW)).isFalse();
    assertThat(isLowAt(LOW - 1)).isTrue();
    assertThat(isLowAt(2 * LOW - 1)).isTrue();
    assertThat(isLowAt(2 * LOW)).isFalse();
    assertThat(isLowAt(LOW)).isFalse();
    assertThat(space.usableBytes()).isEqualTo(LOW);
  }

  /** Else a small disk would be low for ever. */
  @Test
  void anEighthOfASmallDiskIsEnough() {
    disk.total = 4 * LOW;

    assertThat(isLowAt(LOW / 2)).isFalse();
    assertThat(isLowAt(LOW / 2 - 1)).isTrue();
    assertThat(isLowAt(LOW)).isFalse();
  }

  @Test
  void knowsWhatItKnewOfADiskThatCannotBeLookedAt() {
    isLowAt(LOW - 1);
    disk.isBroken = true;

    assertThat(isLowAt(5 * LOW)).isTrue();
  }

  @Test
  void nothingIsTooLittleWhereNoBoundIsSet() {
    FreeSpace unbounded = new FreeSpace(0, disk);
    disk.usable = 0;
    unbounded.look();

    assertThat(unbounded.isLow()).isFalse();
  }

  @Test
  void looksAtTheDiskOfADirectory() {
    FreeSpace real = FreeSpace.of(directory, 1);
    real.look();

    assertThat(real.isLow()).isFalse();
    assertThat(real.usableBytes()).isPositive();
  }
}
