package io.corale.gossip;

/**
 * A claim as it is held here.
 *
 * @param slot of its writer
 * @param ledSince the version at which its slot began to be led for this cell; 0 of who follows
 * @param heardAt when it came here as it is
 */
record Claimed(ClaimView view, int slot, long ledSince, long heardAt) {
  /** Whether this one says only more of what its writer leads already. */
  boolean goesOn(ClaimView next) {
    return view.leads() && next.leads() && view.cell().equals(next.cell());
  }
}
