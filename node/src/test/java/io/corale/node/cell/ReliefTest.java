package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.OwnerId;
import org.junit.jupiter.api.Test;

/** A cell must not wander between nodes that are all short of room. */
final class ReliefTest {
  private static final CellId ONE = CellId.home(new OwnerId("one"));
  private static final CellId OTHER = CellId.home(new OwnerId("other"));

  @Test
  void handsEachCellOverOnceAMinuteHoweverOftenItComesBack() {
    Relief relief = new Relief();
    long minute = Relief.PAUSE.toNanos();

    assertThat(relief.isDue(ONE, 5)).isTrue();
    assertThat(relief.isDue(OTHER, 6)).isTrue();
    assertThat(relief.isDue(ONE, 4 + minute)).isFalse();
    assertThat(relief.isDue(ONE, 5 + minute)).isTrue();
    assertThat(relief.isDue(OTHER, 5 + minute)).isFalse();
  }
}
