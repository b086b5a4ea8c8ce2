package io.corale.node.cell;

import io.corale.model.Incarnation;
import java.util.Optional;

/** Whether a node may create the replica that it is asked for (rules 2 and 3). */
enum Admission {
  /** It holds exactly this replica. */
  HELD,
  /** It may create it. */
  NEW,
  /** It may, and the replica of an earlier birth, which was given up, goes. */
  REPLACES,
  /** It must not. */
  REFUSED;

  /**
   * @param held what this node holds of the cell
   * @param asked what it is asked to create
   * @param self this life of this node
   */
  static Admission of(Optional<CellFile> held, CellFile asked, Incarnation self) {
    if (held.isPresent()
        && held.get().epoch() == asked.epoch()
        && held.get().nonce().equals(asked.nonce())) {
      return HELD;
    }
    // A node that was asked in a former life may have lost what it had promised in it.
    boolean isMeant =
        asked.members().stream().anyMatch(member -> member.incarnation().equals(self));
    if (!isMeant) {
      return REFUSED;
    }
    if (held.isEmpty()) {
      return NEW;
    }
    return asked.epoch() > held.get().epoch() && !held.get().isOpen() ? REPLACES : REFUSED;
  }
}
