package io.corale.scheduler.simulated;

import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.Inventory.Finding;
import io.corale.scheduler.Superpeer;
import java.util.Collections;

/**
 * What one process asks earlier executors, and answers as one (rule 11). Peers ask each other past
 * the log: who is cut off from it may still be asked, and still believe to lead.
 */
final class SimInventories {
  private final SimPeer peer;
  private final SimCell cell;
  private final Superpeer superpeer;

  SimInventories(SimPeer peer, SimCell cell, Superpeer superpeer) {
    this.peer = peer;
    this.cell = cell;
    this.superpeer = superpeer;
  }

  void ask(Inquiry inquiry) {
    cell.tell(
        peer, inquiry.earlier().node().node().value(), new Letter.Inquire(peer.self(), inquiry));
  }

  void answer(String from, Letter.Inquire asked) {
    Inventory inventory = inventory(asked.inquiry());
    cell.tell(
        peer, from, new Letter.Inventoried(asked.from(), asked.inquiry().number(), inventory));
  }

  private Inventory inventory(Inquiry inquiry) {
    if (cell.saboteur().plants(Planted.INVENTORY_WITHOUT_FENCE)) {
      return unfenced(inquiry);
    }
    peer.leadsNoTermBefore(inquiry.successor().term());
    Inventory inventory = superpeer.inventory(inquiry, peer.nowNanos());
    return cell.saboteur().plants(Planted.UNKNOWN_IS_UNSENT)
        ? betrayed(inquiry, inventory)
        : inventory;
  }

  /** What it has not met has not left; it may yet meet it, and believe to lead then. */
  private Inventory unfenced(Inquiry inquiry) {
    if (!inquiry.binds(peer.self())) {
      return superpeer.inventory(inquiry, peer.nowNanos());
    }
    long met = peer.scheduler().appliedIndex();
    return new Inventory.Taken(
        inquiry.orphans().stream()
            .<Finding>map(
                o -> o.startedIndex() > met ? new Finding.Unsent() : new Finding.Running())
            .toList());
  }

  private static Inventory betrayed(Inquiry inquiry, Inventory inventory) {
    return inventory instanceof Inventory.Taken taken
        ? new Inventory.Taken(
            taken.findings().stream()
                .map(f -> f instanceof Finding.Forgotten ? new Finding.Unsent() : f)
                .toList())
        : new Inventory.Taken(Collections.nCopies(inquiry.orphans().size(), new Finding.Unsent()));
  }

  void hear(Letter.Inventoried said) {
    if (said.to().equals(peer.self())) {
      superpeer.inquiryAnswered(said.number(), said.inventory(), peer.nowNanos());
    }
  }
}
