package io.corale.scheduler;

import java.util.List;

/**
 * Invocations in the order in which they were accepted.
 *
 * @param last the place of the last of them in that order, after which the next page begins:
 *     whatever becomes of it, and of its id, until then
 */
public record InvocationPage(List<InvocationView> invocations, long last) {
  public InvocationPage {
    invocations = List.copyOf(invocations);
  }
}
