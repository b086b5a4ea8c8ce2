package io.corale.node.discover;

import io.corale.model.Allowance;
import io.corale.model.Discovered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Decides what of an answer is entered. What allows less is at once; what allows more, or says
 * nothing of what it said before, only where it has been the answer for a while, and not soon after
 * something was entered: each entry is a write to the registry and the log, and a rate that comes
 * and goes shuts its account for its window each time. So of a provider whose answers change to and
 * fro the least that it has said holds. Thread-safe; its time is an argument.
 */
final class Weighing {
  /** A window of rates and more than the pause between questions to one that throttles. */
  static final Duration HOLD = Duration.ofMinutes(1);

  private final Duration apart;
  private final Map<Rounds.Asked, Said> said = new ConcurrentHashMap<>();
  private final Map<Rounds.Asked, Long> entered = new ConcurrentHashMap<>();

  /** The last answer, and since when there was no other. */
  private record Said(List<Allowance> allowed, long sinceNanos) {}

  /**
   * @param every between two questions; at least so long is from an entry to one that allows more
   */
  Weighing(Duration every) {
    this.apart = every.compareTo(HOLD) > 0 ? every : HOLD;
  }

  /** What is to stand after an answer; what stands already where nothing is to be entered. */
  List<Allowance> after(
      Rounds.Asked asked, Optional<Discovered> known, List<Allowance> answer, long nowNanos) {
    Said since =
        said.merge(
            asked,
            new Said(answer, nowNanos),
            (before, next) -> before.allowed().equals(answer) ? before : next);
    boolean isHeld =
        nowNanos - since.sinceNanos() < HOLD.toNanos() || isEnteredLately(asked, nowNanos);
    return known.isEmpty() || !isHeld ? answer : known.get().narrowedTo(answer);
  }

  private boolean isEnteredLately(Rounds.Asked asked, long nowNanos) {
    Long last = entered.get(asked);
    return last != null && nowNanos - last < apart.toNanos();
  }

  /** Something was entered. */
  void entered(Rounds.Asked asked, long nowNanos) {
    entered.put(asked, nowNanos);
  }

  /** Forgets all others. */
  void retain(Predicate<Rounds.Asked> isKnown) {
    said.keySet().removeIf(isKnown.negate());
    entered.keySet().removeIf(isKnown.negate());
  }
}
