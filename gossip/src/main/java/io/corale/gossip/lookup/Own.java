package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;
import java.util.Optional;

/** What this node's own replica of a cell has to say of who leads it. */
public sealed interface Own {
  /** It leads, and answers for the cell. */
  record Leads() implements Own {}

  /**
   * It leads, and does not answer yet; or never will, where its birth was given up for a later one.
   *
   * @param at where it would stand if it claimed to lead
   */
  record TakesOver(Rank at) implements Own {}

  /**
   * It follows.
   *
   * @param leader whom Raft has told it of, often before gossip does; empty during an election
   */
  record Follows(Optional<ClaimView> leader) implements Own {}

  /** It is out of order, or closed: the other members serve the cell. */
  record Silent() implements Own {}

  /** There is none. */
  record Absent() implements Own {}
}
