package io.corale.node.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When there is too little room, and since when there is enough again. */
final class FreeSpaceTest {
  private static final long LOW = 1_000;

  @TempDir Path directory;

  private final Disk disk = new Disk();
  private final FreeSpace space = new FreeSpace(LOW, disk);

  private static final class Disk implements FreeSpace.Disk {
    private long usable;
    private boolean isBroken;
    private final List<String> asked = new ArrayList<>();

    @Override
    public long usableBytes() throws IOException {
      if (isBroken) {
        throw new IOException("planted");
      }
      return usable;
    }

    @Override
    public void lay(int bytes) {
      asked.add("lay");
    }

    @Override
    public void giveUp() {
      asked.add("give up");
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

  @Test
  void givesTheReserveUpLastAndLaysItWhenThereIsEnough() {
    isLowAt(3 * LOW);
    isLowAt(3 * LOW);
    isLowAt(LOW / 4);
    assertThat(disk.asked).containsExactly("lay");
    isLowAt(LOW / 4 - 1);
    isLowAt(LOW);
    assertThat(disk.asked).containsExactly("lay", "give up");
    isLowAt(2 * LOW);
    assertThat(disk.asked).containsExactly("lay", "give up", "lay");
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
    assertThat(disk.asked).isEmpty();
  }

  @Test
  void theReserveIsOfRealBytes() throws IOException {
    FreeSpace real = FreeSpace.of(directory, 1);
    real.look();

    assertThat(real.isLow()).isFalse();
    assertThat(Files.size(directory.resolve("reserve"))).isEqualTo(FreeSpace.RESERVE_BYTES);
  }
}
