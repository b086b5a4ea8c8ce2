package io.corale.node.route;

import io.corale.node.cell.Cell;
import io.corale.node.door.Caller;
import io.corale.wire.Door;
import java.util.function.Consumer;

/** What a node does with requests for the cells that it leads. Thread-safe; never blocks. */
interface Serving {
  /**
   * Serves a request on the cell that this node leads.
   *
   * @param responses the last one without {@code more}; {@code unknown} where the caller should
   *     look for the superpeer again
   * @return lets go of what waits
   */
  Runnable serve(Cell cell, Door.Request request, Caller caller, Consumer<Door.Response> responses);
}
