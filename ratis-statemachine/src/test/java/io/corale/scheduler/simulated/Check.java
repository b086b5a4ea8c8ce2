package io.corale.scheduler.simulated;

/** What a simulation watches; a run may listen to some of them only. */
enum Check {
  /** The provider: no limit is exceeded, and no two attempts of one call run at once. */
  PROVIDER,
  /** Cell time never runs faster than the clocks of those who propose it (rule 7). */
  PACE,
  /** Only the executor of a term is given calls, in entries of that term (rule 9). */
  EXECUTOR,
  /** Calls start in the order of the reference model (rules 16 and 38). */
  ORDER,
  /**
   * No more starts than a rate lets, nothing grows faster than its ramp, and what a provider has no
   * room for shuts its scope and costs its call nothing (rules 15 and 16).
   */
  LIMITS,
  /**
   * What fails for good waits for a person and for nobody else, and what is tried again is what
   * failed (ADR 39).
   */
  INCIDENTS,
  /**
   * At most one move of members is open, none is lost over changes of superpeers, and the members
   * are what ended moves say (rule 27, ADR 41).
   */
  MEMBERS,
  /** Nothing starts that is held (ADR 32). */
  HELD,
  /** What does not answer is left alone, but for one call at a time (ADR 34). */
  BREAKERS,
  /** Beyond those of its account each retry waits (ADR 34). */
  RETRIES,
  /**
   * Beyond the terms of the owner nothing new is taken, within them it is, and callers share by
   * their weights (P12, ADR 33).
   */
  ADMISSION,
  /**
   * What a superpeer may start unseen is bounded, and what waits for that alone starts (rule 12).
   */
  TAIL,
  /** A replica learns that it differs from most others, if it does, and only then (rule 39). */
  AGREEMENT,
  /** No peer applies what its build cannot read, and what all can read is made use of (rule 36). */
  FORMATS,
  /** Replicas that applied the same entries are the same (rules 17, 23 and 35). */
  REPLICAS,
  /** No replica applies an entry that its state holds already (rule 35). */
  HISTORY,
  /** The scheduler's own invariants. */
  INVARIANTS,
  /** An outcome ends its attempt, whatever became of the transition beside it (rule 18). */
  OUTCOMES,
  /** An invocation ends once, everywhere alike, as its program says (rules 18, 19 and 22). */
  ENDINGS,
  /** Who moves a branch has seen where it was (rule 18). */
  MOVES,
  /** Timers go off when they are due, and only then (rules 7 and 19). */
  TIMERS,
  /** No more children live than may (rules 19 and 20). */
  FAMILIES,
  /** What runs others begins each once, and what is awaited does not outlive it (rule 21). */
  RUNS,
  /** Each occurrence of a schedule is begun once, in its turn, and overlaps only where it may. */
  SCHEDULES,
  /** The shared context has every export once (rule 18). */
  CONTEXT,
  /** Events come to all who listen, once, in order, and to nobody else (rules 18 and 22). */
  EVENTS,
  /** An id is accepted once, for as long as its caller may ask again (rule 24). */
  RECEIPTS,
  /** What has ended is readable as long as its receipt, and then as its owner wants (rule 24). */
  RETENTION,
  /**
   * Large values come whole to where they are sent, take no more than they may, and leave nothing
   * behind; nothing is applied without them, nothing new begins while those of others take the room
   * of what runs, and no shortage of a moment ends that (rule 33).
   */
  TEXTS,
  /** "I did not propose it" is said only of what was not proposed (rule 22). */
  ANSWERS,
  /** What was acknowledged is found (rule 26). */
  READS,
  /** Nobody proposes from within an apply (rule 23). */
  LOG,
  /** All that was accepted ends once all troubles are over (rules 19 and 22). */
  LIVENESS
}
