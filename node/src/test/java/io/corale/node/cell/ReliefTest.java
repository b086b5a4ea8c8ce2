package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.OwnerId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A cell must not wander between nodes that are all short of room, nor miss one that is not. */
final class ReliefTest {
  private static final CellId ONE = CellId.home(new OwnerId("one"));
  private static final CellId OTHER = CellId.home(new OwnerId("other"));
  private static final List<String> HEIRS = List.of("b", "c");

  private final Relief relief = new Relief();
  private final long minute = Relief.PAUSE.toNanos();

  @Test
  void handsEachCellOverOnceAMinuteHoweverOftenItComesBack() {
    assertThat(relief.next(ONE, HEIRS, 5)).contains("b");
    assertThat(relief.next(OTHER, HEIRS, 6)).contains("b");
    assertThat(relief.next(ONE, HEIRS, 4 + minute)).isEmpty();
    assertThat(relief.next(OTHER, HEIRS, 5 + minute)).isEmpty();
  }

  @Test
  void triesOneHeirAfterTheOther() {
    assertThat(relief.next(ONE, HEIRS, 0)).contains("b");
    assertThat(relief.next(ONE, HEIRS, minute)).contains("c");
    assertThat(relief.next(ONE, HEIRS, 2 * minute)).contains("b");
  }

  @Test
  void losesNoMinuteWhereThereIsNobody() {
    assertThat(relief.next(ONE, List.of(), 0)).isEmpty();
    assertThat(relief.next(ONE, HEIRS, 1)).contains("b");
  }

  @Test
  void forgetsWhatItLeadsNoMore() {
    relief.next(ONE, HEIRS, 0);
    relief.keepOnly(Set.of(OTHER));

    assertThat(relief.next(ONE, HEIRS, 1)).contains("b");
  }
}
