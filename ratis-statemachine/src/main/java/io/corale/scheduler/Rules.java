package io.corale.scheduler;

import io.corale.model.Policy;
import java.util.function.Function;

/**
 * What a scheduler's decisions about order are made of. Production has {@link #STANDARD}, on every
 * replica; benchmarks measure others beside it.
 *
 * @param orders what each policy of an account means
 * @param correctsDeadlines whether a flow's backlog moves the deadline of its new work
 * @param capsDeadlines whether a deadline is at most what the class of the work allows
 */
record Rules(Function<Policy, Order> orders, boolean correctsDeadlines, boolean capsDeadlines) {
  static final Rules STANDARD = new Rules(Orders::of, true, true);
}
