package io.corale.node.step;

import io.corale.node.cell.Cell;
import io.corale.scheduler.Command;
import io.corale.scheduler.Inquiry;
import java.util.concurrent.CompletableFuture;

/**
 * What is brought to other nodes on behalf of a cell; one try each, since the cell asks again.
 * Thread-safe; never blocks.
 */
public interface Errands {
  /**
   * Brings the outcome of an attempt to the superpeer of today; may fail. {@link Cell#forwarded} is
   * told when it was answered, or will not be.
   */
  void forward(Cell cell, Command.Settle settle);

  /** Asks an earlier executor, and tells {@link Cell#inventoried}. */
  void inquire(Cell cell, Inquiry inquiry);

  /** Those that are known later than who runs them. */
  static Errands of(CompletableFuture<Errands> known) {
    return new Errands() {
      @Override
      public void forward(Cell cell, Command.Settle settle) {
        var unused = known.thenAccept(errands -> errands.forward(cell, settle));
      }

      @Override
      public void inquire(Cell cell, Inquiry inquiry) {
        var unused = known.thenAccept(errands -> errands.inquire(cell, inquiry));
      }
    };
  }
}
