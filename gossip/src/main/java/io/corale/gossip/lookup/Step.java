package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;

/** What a request has to do next. */
public sealed interface Step {
  /** This node serves it. */
  record Here() implements Step {}

  /**
   * Another node is to be asked.
   *
   * @param claim of that node about the cell: to lead it, or merely to be a member
   * @param seen the greatest claim that was followed until now; only what is above it is news
   */
  record Ask(ClaimView claim, String door, Rank seen, Why why) implements Step {}

  /** All who are known were asked in vain: an election, most likely. */
  record Wait() implements Step {}

  /** Nobody is known to hold the cell: its birth record decides. */
  record Nobody() implements Step {}

  /** Why a node is asked. */
  enum Why {
    /** It claims to lead. */
    CLAIM,
    /** It may know who leads, or lead without our having heard of it. */
    MEMBER,
    /** The same, but who leads may be out of our reach and not of its: it is to hand on. */
    BEYOND
  }
}
