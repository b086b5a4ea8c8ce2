package io.corale.scheduler;

/** What becomes of an occurrence of a schedule while an earlier one still runs. */
public enum Overlap {
  /** It runs beside it. */
  ALLOW,
  /** It does not take place. */
  SKIP,
  /** It waits for its end; more than one do not wait. */
  WAIT
}
