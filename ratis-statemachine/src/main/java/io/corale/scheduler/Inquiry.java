package io.corale.scheduler;

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
}
