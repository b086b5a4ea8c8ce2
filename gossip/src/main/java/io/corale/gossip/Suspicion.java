package io.corale.gossip;

import java.util.ArrayList;
import java.util.List;

/**
 * One node is suspected: how long it has to refute that, which is shorter the more others suspect
 * it independently of each other.
 *
 * <p>With c of k confirmations: {@code most - (most - least) log(c + 1) / log(k + 1)} (Lifeguard).
 * So who alone hears nothing, most likely because of itself, waits longest.
 */
final class Suspicion {
  private final long least;
  private final long most;
  private final int needed;
  private final List<Long> accusers = new ArrayList<>();
  private long since;
  private int checks;

  /**
   * @param needed confirmations for the shortest time
   */
  Suspicion(long accuser, long since, long least, long most, int needed) {
    this.since = since;
    this.least = least;
    this.most = most;
    this.needed = needed;
    accusers.add(accuser);
  }

  /** One more who suspects it; false where that is known, or enough are. */
  boolean confirm(long accuser) {
    return accusers.size() <= needed && !accusers.contains(accuser) && accusers.add(accuser);
  }

  long deadline() {
    if (needed == 0) {
      return since + least;
    }
    double share = Math.log(accusers.size()) / Math.log(needed + 1.0);
    return since + Math.max(least, most - Math.round(share * (most - least)));
  }

  /**
   * Whether the suspect is to be asked directly now, half and three quarters through: who is the
   * only one to have missed a refutation hears it by that.
   */
  boolean takeCheck(long now) {
    boolean isDue = checks < 2 && now - since >= (deadline() - since) * (2 + checks) / 4;
    checks += isDue ? 1 : 0;
    return isDue;
  }

  /** This node stood still for so long, and heard no refutation meanwhile. */
  void extend(long micros) {
    since += micros;
  }
}
