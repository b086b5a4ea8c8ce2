package io.corale.scheduler;

/** By which a call stands before another one or behind it; it keeps them as long as it waits. */
interface Numbered {
  /** Of its invocation, in cell time, corrected for its flow's backlog. */
  long deadlineMicros();

  /** The expected time from its start to the end of its invocation. */
  long rankMicros();

  /** Unique in the cell. */
  long sequence();

  /** Nobody gave it a rank: whatever else is late can wait for it. */
  default boolean isUrgent() {
    return rankMicros() == 0;
  }
}
