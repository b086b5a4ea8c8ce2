package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.OwnerId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Rule 1: a group is named by owner, cell and epoch, and by nothing else. */
final class GroupIdsTest {
  /** The directories of released nodes hang on it. */
  private static final String GOLDEN = "8159769e-6997-85e8-aa72-cd2cc4eec001";

  private static final CellId HOME = CellId.home(new OwnerId("acme"));

  @Test
  void namesAGroupByTheHashOfOwnerCellAndEpoch() {
    assertThat(GroupIds.uuid(HOME, 1)).hasToString(GOLDEN);
    assertThat(GroupIds.uuid(HOME, 1).version()).isEqualTo(8);
    assertThat(GroupIds.uuid(HOME, 1).variant()).isEqualTo(2);
  }

  @Test
  void namesEveryCellAndEpochDifferently() {
    Set<UUID> ids = new TreeSet<>();
    for (String owner : List.of("acme", "acme-1", "bolt")) {
      for (int cell = 0; cell < 12; cell++) {
        for (long epoch = 1; epoch < 12; epoch++) {
          ids.add(GroupIds.uuid(new CellId(new OwnerId(owner), cell), epoch));
        }
      }
    }
    assertThat(ids).hasSize(3 * 12 * 11);
  }
}
