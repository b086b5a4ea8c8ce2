package io.corale.scheduler;

import io.corale.model.Incarnation;
import java.util.List;

/**
 * What a superpeer asks an earlier executor: what it has of these attempts (rule 11).
 *
 * @param number by which the superpeer knows the answer
 * @param successor who asks; the earlier executor sends nothing any more in terms before this one
 */
public record Inquiry(long number, Executor earlier, Executor successor, List<Orphan> orphans) {
  public Inquiry {
    orphans = List.copyOf(orphans);
  }

  /**
   * Whether this life of a node is asked for what it was to send, by one that leads later; only
   * then the answer fences it.
   */
  public boolean binds(Incarnation life) {
    return earlier.node().equals(life) && earlier.term() < successor.term();
  }
}
