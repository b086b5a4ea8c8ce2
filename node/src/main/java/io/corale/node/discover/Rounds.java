package io.corale.node.discover;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.node.invoke.AttemptWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Whose provider is asked next: an account that is new here or was changed at once, each other from
 * time to time, and one whose provider throttles soon. An owner has one question under way, so that
 * who has many accounts makes nobody else wait. Of what is due, what is throttled comes first, then
 * what is new or was changed, then the rest, and what failed the last time comes at the end, in
 * half of the places at most: providers that are silent take long. An account that was changed has
 * not failed. Thread-safe; its time is an argument.
 */
public final class Rounds {
  /** Each is a connection and some kilobytes. */
  static final int AT_ONCE = 64;

  /** Of these, with accounts whose provider did not answer the last time. */
  static final int DOUBTFUL_AT_ONCE = AT_ONCE / 2;

  /** A provider that throttles each call is not asked at each. */
  static final Duration SOON = Duration.ofSeconds(10);

  /** An owner who changes an account again and again does not make a node ask as often. */
  static final Duration AFTER_CHANGE = Duration.ofSeconds(1);

  /** What was not answered is asked again before its time. */
  static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

  /** What a young cell cannot take yet, it mostly can after its next entries. */
  static final Duration AFTER_TOO_EARLY = Duration.ofSeconds(1);

  /** Where it cannot for so many times, a member is away, which may last. */
  static final int MAX_TOO_EARLY = 10;

  /** Nodes that began together do not go on asking together: up to so much is taken off. */
  private static final double JITTER = 0.2;

  /** Beyond the longest pause between two questions, a day. */
  private static final long NEVER_NANOS = Duration.ofDays(2).toNanos();

  private final Duration every;
  private final RandomGenerator chance;
  private final Map<Asked, Turn> turns = new LinkedHashMap<>();

  /** What was due when it was looked at last, in order. */
  private final Set<Asked> ready = new LinkedHashSet<>();

  private final Set<OwnerId> busy = new LinkedHashSet<>();
  private int underWay;
  private int doubtfulUnderWay;

  /** Whose provider is asked. */
  record Asked(CellId cell, AccountId account) {}

  /** How a question ended. */
  enum End {
    ANSWERED,
    FAILED,
    /** The registry, or this node, could not do it, which says nothing of the provider. */
    BROKEN,
    /** Nobody was asked: this node led its cell no more, and may do so again. */
    UNASKED,
    /** What was said cannot be taken in whole yet, but nobody has to do anything for that. */
    TOO_EARLY
  }

  private static final class Turn {
    Account account;
    long dueNanos;
    long askedNanos;
    boolean wasAsked;
    boolean isUrgent = true;
    boolean isThrottled;
    boolean hasFailed;
    boolean wasChanged;
    boolean isUnderWay;
    boolean isGone;
    int tooEarly;

    Turn(Account account, long dueNanos) {
      this.account = account;
      this.dueNanos = dueNanos;
    }

    /** The lowest comes first. */
    int rank() {
      return hasFailed ? 3 : isThrottled ? 0 : isUrgent ? 1 : 2;
    }

    /** What failed was another account; a question is counted as it began until its end. */
    void change(Account said, long nowNanos) {
      account = said;
      wasChanged = true;
      hasFailed &= isUnderWay;
      hasten(AFTER_CHANGE, nowNanos);
    }

    /** It is due so long after it was asked, or now; unless it is due before. */
    void hasten(Duration after, long nowNanos) {
      isUrgent = true;
      long next = wasAsked ? Math.max(0, askedNanos + after.toNanos() - nowNanos) : 0;
      dueNanos = dueNanos - nowNanos > next ? nowNanos + next : dueNanos;
    }
  }

  /**
   * @param every at most so much is between two questions
   */
  public Rounds(Duration every, RandomGenerator chance) {
    this.every = every;
    this.chance = chance;
  }

  /** At most so much is between two questions. */
  Duration every() {
    return every;
  }

  /** These accounts of a cell want their providers to be asked, and no others of it. */
  synchronized void know(CellId cell, Collection<Account> accounts, long nowNanos) {
    Set<Asked> wanted = new LinkedHashSet<>();
    for (Account account : accounts) {
      Account said = account.withVersion(0); // What is discovered raises it, too.
      Asked asked = new Asked(cell, account.id());
      wanted.add(asked);
      Turn turn = turns.computeIfAbsent(asked, added -> new Turn(said, nowNanos));
      turn.isGone = false;
      if (!turn.account.equals(said)) {
        turn.change(said, nowNanos);
      }
    }
    forget(asked -> asked.cell().equals(cell) && !wanted.contains(asked));
  }

  /** Of other cells nothing is asked any more. */
  synchronized void retain(Set<CellId> led) {
    forget(asked -> !led.contains(asked.cell()));
  }

  /** What is under way is counted until its end. */
  private void forget(Predicate<Asked> isGone) {
    turns.forEach((asked, turn) -> turn.isGone |= isGone.test(asked));
    turns.values().removeIf(turn -> turn.isGone && !turn.isUnderWay);
  }

  /** A provider refuses calls though what is known of its limits was kept. */
  synchronized void throttled(CellId cell, AccountId account, long nowNanos) {
    Turn turn = turns.get(new Asked(cell, account));
    if (turn != null) {
      turn.isThrottled = true;
      turn.hasten(SOON, nowNanos);
    }
  }

  /** Sees who is throttled, and lets another see it, too. */
  public AttemptWatch watching(AttemptWatch other, LongSupplier nanos) {
    return (cell, call, landing) -> {
      other.landed(cell, call, landing);
      if (landing.outcome() instanceof Outcome.Throttled throttled && !throttled.isOurs()) {
        throttled(cell, call.account().id(), nanos.getAsLong());
      }
    };
  }

  /** Looks who is due, and says who is asked now; each is ended later. */
  synchronized List<Asked> begin(long nowNanos) {
    ready.clear();
    turns.entrySet().stream()
        .filter(each -> isDue(each.getValue(), nowNanos))
        .sorted(
            Comparator.<Map.Entry<Asked, Turn>>comparingInt(each -> each.getValue().rank())
                .thenComparingLong(each -> each.getValue().dueNanos - nowNanos))
        .forEach(each -> ready.add(each.getKey()));
    return more(nowNanos);
  }

  private static boolean isDue(Turn turn, long nowNanos) {
    return !turn.isUnderWay && turn.dueNanos - nowNanos <= 0;
  }

  /** Who of those that were due takes a place that has become free. */
  synchronized List<Asked> more(long nowNanos) {
    List<Asked> begun = new ArrayList<>();
    Iterator<Asked> next = ready.iterator();
    while (underWay < AT_ONCE && next.hasNext()) {
      Asked asked = next.next();
      Turn turn = turns.get(asked);
      if (turn == null || !isDue(turn, nowNanos)) {
        next.remove();
      } else if (turn.hasFailed && doubtfulUnderWay >= DOUBTFUL_AT_ONCE) {
        break; // All that follow have failed, too.
      } else if (busy.add(asked.cell().owner())) {
        next.remove();
        begin(turn, nowNanos);
        begun.add(asked);
      }
    }
    return begun;
  }

  private void begin(Turn turn, long nowNanos) {
    underWay++;
    doubtfulUnderWay += turn.hasFailed ? 1 : 0;
    turn.isUnderWay = true;
    turn.isUrgent = false;
    turn.isThrottled = false;
    turn.wasChanged = false;
    turn.wasAsked = true;
    turn.askedNanos = nowNanos;
    turn.dueNanos = nowNanos + NEVER_NANOS;
  }

  /** What was begun has come to its end; whether it is asked again in a moment for that. */
  synchronized boolean end(Asked asked, End how, long nowNanos) {
    Turn turn = turns.get(asked);
    if (turn == null || !turn.isUnderWay) {
      return false;
    }
    turn.tooEarly = how == End.TOO_EARLY ? turn.tooEarly + 1 : 0;
    boolean isAtOnce = turn.tooEarly > 0 && turn.tooEarly <= MAX_TOO_EARLY;
    turn.isUrgent |= how == End.TOO_EARLY;
    boolean hasFailed = how == End.FAILED || (how == End.BROKEN && turn.hasFailed);
    end(asked, turn, hasFailed, nowNanos + pauseNanos(how, isAtOnce));
    return isAtOnce && !turn.isGone;
  }

  /** It was answered, and is asked again after so long at most: the answer allows more. */
  synchronized void hold(Asked asked, Duration again, long nowNanos) {
    Turn turn = turns.get(asked);
    if (turn != null && turn.isUnderWay) {
      turn.tooEarly = 0;
      end(asked, turn, false, nowNanos + lessJitter(again));
    }
  }

  private void end(Asked asked, Turn turn, boolean hasFailed, long nextNanos) {
    turn.isUnderWay = false;
    underWay--;
    doubtfulUnderWay -= turn.hasFailed ? 1 : 0;
    busy.remove(asked.cell().owner());
    turn.hasFailed = hasFailed && !turn.wasChanged;
    if (turn.isGone) {
      turns.remove(asked);
    }
    // Who was throttled while it was asked, or has changed it, does not wait for that.
    turn.dueNanos = turn.dueNanos - nextNanos > 0 ? nextNanos : turn.dueNanos;
  }

  private long pauseNanos(End how, boolean isAtOnce) {
    if (isAtOnce || how == End.UNASKED) {
      return AFTER_TOO_EARLY.toNanos();
    }
    boolean isSooner = how != End.ANSWERED && every.compareTo(AFTER_FAILURE) > 0;
    return lessJitter(isSooner ? AFTER_FAILURE : every);
  }

  private long lessJitter(Duration pause) {
    return (long) (pause.toNanos() * (1 - JITTER * chance.nextDouble()));
  }

  /** Whether its provider is asked from time to time. */
  synchronized boolean knows(CellId cell, AccountId account) {
    return account(new Asked(cell, account)).isPresent();
  }

  /** As its owner declares it, without its version; empty where nobody is asked for it. */
  synchronized Optional<Account> account(Asked asked) {
    Turn turn = turns.get(asked);
    return turn == null || turn.isGone ? Optional.empty() : Optional.of(turn.account);
  }
}
