package io.corale.gossip;

/**
 * How a node watches over others.
 *
 * @param isLifeguard whether it doubts itself before others (Dadgar et al., 2018): local health,
 *     nacks, suspicions that shrink with confirmations, and no verdict after a late tick
 * @param asksAgain whether a ping without an answer is repeated, and at last made over a stream
 */
public record Habits(boolean isLifeguard, boolean asksAgain) {
  /** What nodes do. */
  public static final Habits SHIPPED = new Habits(true, true);

  /** SWIM as it was published (Das et al., 2002), to be compared with. */
  public static final Habits PLAIN_SWIM = new Habits(false, false);

  /** SWIM that asks as often as we do, but doubts others only. */
  public static final Habits PATIENT_SWIM = new Habits(false, true);
}
