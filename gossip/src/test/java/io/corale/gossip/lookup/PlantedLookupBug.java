package io.corale.gossip.lookup;

/** Bugs that the schedules must find, each by the invariant that guards against it. */
enum PlantedLookupBug {
  NOTHING(Invariant.BOUNDED),
  /** Who finds nobody becomes responsible, whatever the birth record says. */
  BEARS_WITHOUT_COMPARING(Invariant.ONE_EPOCH),
  /** A superpeer acknowledges before the record says that its birth is the one that counts. */
  SERVES_UNOPENED(Invariant.ONE_EPOCH),
  /** Whatever claim is told is followed. */
  FOLLOWS_DOWNWARDS(Invariant.UPWARDS),
  /** Terms are compared, whatever epoch they are of. */
  COMPARES_TERMS_ALONE(Invariant.UPWARDS),
  /** Where all who claim anything were asked in vain, gossip is waited for. */
  LEAVES_THE_RECORD_UNASKED(Invariant.REACHABLE),
  /** Who does not lead does not say who does. */
  POINTS_NOWHERE(Invariant.REACHABLE),
  /** Who does not claim to lead is not asked. */
  LEAVES_MEMBERS_UNASKED(Invariant.REACHABLE),
  /** Who is about to lead waits for itself, also where a later birth has taken its place. */
  WAITS_FOR_ITSELF(Invariant.REACHABLE),
  /** A superpeer accepts what comes after its RETIRE. */
  ACCEPTS_RETIRED(Invariant.RETIRED);

  private final Invariant foundBy;

  PlantedLookupBug(Invariant foundBy) {
    this.foundBy = foundBy;
  }

  Invariant foundBy() {
    return foundBy;
  }
}
