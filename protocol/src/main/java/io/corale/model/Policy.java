package io.corale.model;

/** The order in which a scheduler dispatches ready calls. */
public enum Policy {
  /** First accepted, first served. */
  FIFO,
  /** Earliest deadline of the invocation first. */
  EDF,
  /** Latest start time first, corrected by the flow's own backlog, with a late lane. */
  LST_BL
}
