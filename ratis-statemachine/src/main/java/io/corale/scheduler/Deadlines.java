package io.corale.scheduler;

import io.corale.model.InvocationId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Moves the deadlines of invocations by the time in which they only waited to hear.
 *
 * <p>What an invocation waits for others to say does not count against its deadline, nor against
 * that of one that awaits it, or all that they call afterwards would come last. It does while
 * something else of it is under way, for calls that are queued keep their place.
 */
final class Deadlines {
  private final Records records;

  Deadlines(Records records) {
    this.records = records;
  }

  /**
   * A branch waits to hear no more: it has heard, or a timer, a sibling or the end of all has ended
   * that.
   *
   * @param invocation as it was until now
   */
  void waited(Pass pass, Invocation invocation, Ears.Hearing hearing) {
    long deadline = onceHeard(pass, hearing);
    Optional<Invocation> next = Optional.of(invocation);
    while (next.filter(Deadlines::isIdle).isPresent()) {
      records.put(records.require(next.get().id()).withDeadlineFrom(deadline));
      next = records.awaiting(next.get());
    }
  }

  private static long onceHeard(Pass pass, Ears.Hearing hearing) {
    long left = hearing.leftMicros();
    return left < 0 ? pass.nowMicros() + left : CellClock.later(pass.nowMicros(), left);
  }

  /**
   * The deadlines that those which only wait to hear would have, had they heard by now; others are
   * not there.
   *
   * @param parts of one work, each before those that it awaits
   */
  Map<InvocationId, Long> onceHeard(Pass pass, List<Works.Part> parts) {
    Map<InvocationId, Long> heard = new LinkedHashMap<>();
    for (int i = parts.size() - 1; i >= 0; i--) {
      Works.Part part = parts.get(i);
      part.hearing().stream()
          .flatMap(branch -> branch.waiting().ears().hearing().stream())
          .mapToLong(hearing -> onceHeard(pass, hearing))
          .min()
          .ifPresent(earliest -> heard.merge(part.invocation(), earliest, Math::max));
      if (!isIdle(records.require(part.invocation()))) {
        heard.remove(part.invocation());
      }
      Long its = heard.get(part.invocation());
      if (its != null && part.awaitedBy().isPresent()) {
        heard.merge(part.awaitedBy().get(), its, Math::max);
      }
    }
    return heard;
  }

  /**
   * All that an invocation and those that it awaits had under way was held for so long. That does
   * not count either.
   *
   * @param invocation none of its calls is in a queue
   */
  void stoodStill(Invocation invocation, long micros) {
    long deadline = CellClock.later(invocation.submission().deadlineMicros(), micros);
    records.put(invocation.withDeadlineFrom(deadline));
  }

  private static boolean isIdle(Invocation invocation) {
    return invocation.isLive()
        && invocation.counts().callsOpened() == invocation.counts().callsEnded();
  }
}
