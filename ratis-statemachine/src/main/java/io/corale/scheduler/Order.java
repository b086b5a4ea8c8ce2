package io.corale.scheduler;

/** By what a {@link ReadyQueue} compares the calls that wait in it. */
interface Order {
  /** The least goes first, and equal ones as they came; never changes while a call waits. */
  long key(Ticket<?> ticket);

  /**
   * Whether a call whose key has passed, as a moment of cell time, leaves the main lane for the
   * late one.
   */
  boolean hasLateLane();
}
