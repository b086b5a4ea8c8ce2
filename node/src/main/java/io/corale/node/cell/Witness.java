package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.scheduler.Measured;

/**
 * Brings what this node's replica of a cell measured at a check to the cell's superpeer (rule 39).
 * Must not block; one try, as another check follows.
 */
@FunctionalInterface
public interface Witness {
  /** Tells the superpeer of today, where one is known. */
  void tell(CellId cell, long epoch, Measured what);
}
