package io.corale.node.discover;

import io.corale.model.Account;
import io.corale.model.Allowance;
import io.corale.model.Discovered;
import io.corale.model.ScopeLimit;
import io.corale.node.registry.Registration;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Decides what of an answer is entered, number by number. What allows less is at once. What allows
 * more is not soon after something was entered, and then as far as all answers of a while allow it;
 * what is said no more only where no answer of a longer while says it. For each entry is a write to
 * the registry and the log, and a rate that comes and goes shuts its account for its window each
 * time. So of a provider whose answers change to and fro the least holds that it has said lately.
 * Where what was declared is less than both, nothing has changed. Thread-safe; its time is an
 * argument.
 */
final class Weighing {
  /** A window of rates and more than the pause between questions to one that throttles. */
  static final Duration HOLD = Duration.ofMinutes(1);

  /** While more is held its provider is asked so often: one of two gateways says it by chance. */
  static final Duration AGAIN = Duration.ofSeconds(10);

  /** What is said no more is asked for so often before it is believed. */
  private static final int PARTS = 30;

  private final Duration every;
  private final Duration apart;
  private final Map<Rounds.Asked, Answers> answers = new HashMap<>();
  private final Map<Rounds.Asked, Long> entered = new HashMap<>();

  /**
   * What is to be done after an answer.
   *
   * @param allowed what is to stand; as it stands already where nothing is to be entered
   * @param again after so long it is to be asked again, because the answer allows more
   */
  record Weighed(List<Allowance> allowed, Optional<Duration> again) {}

  /**
   * @param every between two questions; at least so long is from an entry to one that allows more
   */
  Weighing(Duration every) {
    this.every = every;
    this.apart = every.compareTo(HOLD) > 0 ? every : HOLD;
  }

  /** Weighs what its provider has said of an account. */
  synchronized Weighed after(
      Rounds.Asked asked, Registration stands, List<Allowance> answer, long nowNanos) {
    Numbers said = Numbers.of(answer);
    Answers lately = answers.computeIfAbsent(asked, added -> new Answers());
    lately.add(said, apart, nowNanos);
    Optional<Discovered> known = stands.discovered();
    if (known.isEmpty()) {
      return new Weighed(answer, Optional.empty());
    }
    Scale scale =
        new Scale(Numbers.of(known.get().allowances()), said, Numbers.of(stands.declared()));
    boolean mayRise = leftNanos(asked, nowNanos) <= 0;
    for (Numbers.Of of : scale.all(stands.declared())) {
      scale.put(of, mayRise ? more(lately, of, scale.known().get(of), nowNanos) : 0);
    }
    return new Weighed(
        scale.hasChanged ? new Numbers(scale.next).allowances() : known.get().allowances(),
        again(scale, scale.hasChanged ? apart.toNanos() : leftNanos(asked, nowNanos)));
  }

  /** Answer, what is known and what was declared against each other. */
  private static final class Scale {
    private final Numbers known;
    private final Numbers said;
    private final Numbers declared;
    final SortedMap<Numbers.Of, Integer> next = new TreeMap<>();
    boolean hasChanged;
    boolean isMoreHeld;
    boolean isLeftOutHeld;

    Scale(Numbers known, Numbers said, Numbers declared) {
      this.known = known;
      this.said = said;
      this.declared = declared;
    }

    Numbers known() {
      return known;
    }

    /** What is said here or there of scopes that the account has. */
    Set<Numbers.Of> all(Account account) {
      Set<String> scopes =
          account.scopes().stream().map(ScopeLimit::scope).collect(Collectors.toSet());
      Set<Numbers.Of> all = new TreeSet<>(known.keys());
      all.addAll(said.keys());
      all.removeIf(of -> !scopes.contains(of.scope()));
      return all;
    }

    /** One number, where so much is allowed if it is more than what is known. */
    void put(Numbers.Of of, int more) {
      int before = cut(of, known.get(of));
      int now = cut(of, said.get(of));
      int taken = known.get(of);
      if (now < before) {
        taken = said.get(of);
      } else if (now > before && cut(of, more) > before) {
        taken = more;
      }
      hasChanged |= cut(of, taken) != before;
      isMoreHeld |= cut(of, taken) < now && said.get(of) != Numbers.NONE;
      isLeftOutHeld |= cut(of, taken) < now && said.get(of) == Numbers.NONE;
      if (taken != Numbers.NONE) {
        next.put(of, taken);
      }
    }

    private int cut(Numbers.Of of, int number) {
      return Math.min(number, declared.get(of));
    }
  }

  /** As far as all answers of a while allow more. */
  private int more(Answers lately, Numbers.Of of, int known, long nowNanos) {
    if (!lately.reach(HOLD, nowNanos)) {
      return known;
    }
    int least = lately.least(of, HOLD, nowNanos);
    if (least != Numbers.NONE) {
      return least;
    }
    int ever = lately.least(of, apart, nowNanos);
    return ever != Numbers.NONE || lately.reach(apart, nowNanos) ? ever : known;
  }

  private Optional<Duration> again(Scale scale, long leftNanos) {
    if (!scale.isMoreHeld && !scale.isLeftOutHeld) {
      return Optional.empty();
    }
    // As long as nothing can be entered, what is said before the last part of it does not count.
    Duration left = Duration.ofNanos(leftNanos).minus(HOLD);
    Duration more = scale.isMoreHeld ? longer(left, AGAIN) : every;
    Duration leftOut = scale.isLeftOutHeld ? longer(apart.dividedBy(PARTS), AGAIN) : every;
    return Optional.of(shorter(every, shorter(more, leftOut)));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** Until what allows more may be entered. */
  private long leftNanos(Rounds.Asked asked, long nowNanos) {
    Long last = entered.get(asked);
    return last == null ? 0 : apart.toNanos() - (nowNanos - last);
  }

  /** Something was entered. */
  synchronized void entered(Rounds.Asked asked, long nowNanos) {
    entered.put(asked, nowNanos);
  }

  /** Forgets all others. */
  synchronized void retain(Predicate<Rounds.Asked> isKnown) {
    answers.keySet().removeIf(isKnown.negate());
    entered.keySet().removeIf(isKnown.negate());
  }
}
