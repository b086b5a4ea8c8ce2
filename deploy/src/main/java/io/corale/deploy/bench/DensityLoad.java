package io.corale.deploy.bench;

import io.corale.node.cell.ElectionTimeouts;
import java.time.Duration;

/**
 * What is run, and for how long.
 *
 * @param rate invocations in a second, at each cell; 0: none
 * @param measured after {@code settle} under the same load
 * @param heapMegabytes of each node
 */
record DensityLoad(
    int cells,
    int nodes,
    double rate,
    Duration settle,
    Duration measured,
    ElectionTimeouts elections,
    int heapMegabytes) {
  /** What a node says of its cells to the others is one message, and must fit. */
  static final int MOST_CELLS = 1_000;

  /** Replicas of a cell. */
  private static final int LEAST_NODES = 3;

  private static final int MOST_NODES = 9;

  /** All cells together; a bench that is asked for more wants many in few cells, see cluster. */
  private static final double MOST_PER_SECOND = 2_000;

  private static final int LEAST_HEAP = 64;
  private static final int MOST_HEAP = 16_384;

  DensityLoad {
    require(cells >= 1 && cells <= MOST_CELLS, "--cells must be from 1 to " + MOST_CELLS);
    require(
        nodes >= LEAST_NODES && nodes <= MOST_NODES,
        "--nodes must be from " + LEAST_NODES + " to " + MOST_NODES);
    require(
        rate >= 0 && rate * cells <= MOST_PER_SECOND,
        "--rate must be 0 or more, and at most " + MOST_PER_SECOND + " in all cells together");
    require(!settle.isNegative(), "--settle must be zero or more");
    require(!measured.isNegative() && !measured.isZero(), "--time must be above zero");
    require(
        heapMegabytes >= LEAST_HEAP && heapMegabytes <= MOST_HEAP,
        "--heap must be from " + LEAST_HEAP + " to " + MOST_HEAP);
  }

  private static void require(boolean isSo, String expected) {
    if (!isSo) {
      throw new IllegalArgumentException(expected);
    }
  }

  /** In a second, at all cells together. */
  double perSecond() {
    return rate * cells;
  }
}
