package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CallId;
import io.corale.model.Limit;
import io.corale.model.Outcome;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Call;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.ScopeState;
import io.corale.scheduler.Slot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Watches the limits that are no slots (rules 15 and 16), by what stands in the log: no window has
 * more starts than its rate, no scope grows faster than its ramp, only what a provider refuses
 * shuts a scope, one that learns has learned from it, and that costs a call neither its place nor
 * an attempt.
 */
final class Quotas {
  /** So many intervals back may lie what a ramp goes by. */
  private static final int INTERVALS = 3;

  /** So often what a call is refused may be of its scope; then it is of the call itself. */
  private static final int USUAL_REFUSALS = 3;

  private final Judge judge;
  private final SimLimits limits;
  private final List<Account> accounts;

  /** When something was started under each rate, in cell time. */
  private final Map<String, Deque<Long>> starts = new LinkedHashMap<>();

  /** How many slots were taken in each scope that has a ramp, and when. */
  private final Map<String, Deque<Taken>> taken = new LinkedHashMap<>();

  /** Since when each account has its limits. */
  private final Map<AccountId, Long> since = new LinkedHashMap<>();

  private Map<CallId, Call> before = new LinkedHashMap<>();
  private long throttled;

  private record Taken(long micros, int slots) {}

  Quotas(Judge judge, SimLimits limits, List<Account> accounts) {
    this.judge = judge;
    this.limits = limits;
    this.accounts = accounts;
  }

  /** How often a provider had no room, and that counted. */
  long throttled() {
    return throttled;
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    for (Command command : entry.commands()) {
      if (command instanceof Command.Settle settle && shuts(settle, image)) {
        throttled++;
      }
    }
    if (image.header().activeFormat() >= Entry.LIMITS_FORMAT) {
      requireRefusalsBefore(image);
      requireNoCost(entry, image);
    }
    for (Account each : accounts) {
      Account account = limits.configured(each, image);
      if (!account.hasMoreLimits()) {
        continue;
      }
      since.putIfAbsent(account.id(), applied.cellTimeMicros());
      for (ScopeLimit scope : account.scopes()) {
        for (Limit more : scope.more()) {
          if (more instanceof Limit.Rate rate) {
            requireRate(account, scope, rate, applied);
          } else if (more instanceof Limit.Ramp ramp) {
            requireRamp(account, scope, ramp, image);
          }
        }
      }
    }
    before = byId(image);
  }

  private static boolean shuts(Command.Settle settle, Image image) {
    return image.header().activeFormat() >= Entry.LIMITS_FORMAT
        && settle.outcome() instanceof Outcome.Throttled refused
        && !refused.isOurs();
  }

  /**
   * One that is refused counts in its own scope, and where a limit is suspected that encloses it.
   */
  private void requireRefusalsBefore(Image image) {
    long counted = 0; // Each account by itself, whatever order its scopes have: seed 20707.
    for (Image.Configured configured : image.accounts()) {
      long inner = 0;
      long outer = 0;
      for (ScopeState state : configured.limits()) {
        boolean isOuter =
            configured.account().scopes().stream()
                .anyMatch(scope -> scope.parent().equals(Optional.of(state.scope())));
        long count = state.throttling().count();
        inner += isOuter ? 0 : count;
        outer = Math.max(outer, isOuter ? count : 0);
      }
      counted += Math.max(inner, outer);
    }
    long all = counted;
    if (all > 0) {
      judge.require(
          Check.LIMITS,
          all <= throttled,
          () -> "scopes were throttled " + all + " times, providers refused " + throttled);
    }
  }

  /** What has not been tried is where it was, as often tried as before. */
  private void requireNoCost(Entry entry, Image image) {
    Map<CallId, Call> after = byId(image);
    for (Command command : entry.commands()) {
      if (!(command instanceof Command.Settle settle) || !shuts(settle, image)) {
        continue;
      }
      CallId id = settle.attempt().call();
      Call was = before.get(id);
      Call is = after.get(id);
      boolean isAlone =
          entry.commands().stream()
                  .filter(c -> c instanceof Command.Settle s && s.attempt().call().equals(id))
                  .count()
              == 1;
      if (was != null && is != null && isAlone && was.attempt() == settle.attempt().number()) {
        judge.require(
            Check.LIMITS,
            is.tried() == was.tried() && is.sequence() == was.sequence(),
            () -> was + " was throttled, and it is " + is);
        if (entry.commands().stream().noneMatch(Command.Configure.class::isInstance)) {
          requireLesson(settle, was, image);
        }
      }
    }
  }

  /** Unless it was of the call itself, the nearest scope that learns has heard of it. */
  private void requireLesson(Command.Settle settle, Call was, Image image) {
    boolean isUsual = was.attempt() - was.base() - was.tried() - was.excused() <= USUAL_REFUSALS;
    if (was.state() != Call.State.IN_FLIGHT || !isUsual) {
      return;
    }
    pupil(settle, was, image)
        .ifPresent(
            learned ->
                judge.require(
                    Check.LIMITS,
                    learned.lastThrottledMicros() == image.header().cellTimeMicros(),
                    () -> was + " was throttled, and its scope has learned nothing: " + learned));
  }

  private static Optional<ScopeState.Learned> pupil(Command.Settle settle, Call call, Image image) {
    Image.Configured its =
        image.accounts().stream()
            .filter(each -> each.account().id().equals(call.spec().account()))
            .findFirst()
            .orElseThrow();
    List<String> path = enclosing(its.account(), call.spec().scope());
    Optional<String> named = ((Outcome.Throttled) settle.outcome()).scope().filter(path::contains);
    return named.map(List::of).orElse(path).stream()
        .flatMap(name -> its.limits().stream().filter(state -> state.scope().equals(name)))
        .flatMap(state -> state.learned().stream())
        .findFirst();
  }

  private static Map<CallId, Call> byId(Image image) {
    Map<CallId, Call> calls = new LinkedHashMap<>();
    image.calls().forEach(call -> calls.put(call.id(), call));
    return calls;
  }

  /** One start more than the rate takes longer than its window. */
  private void requireRate(Account account, ScopeLimit scope, Limit.Rate rate, Applied applied) {
    Deque<Long> its =
        starts.computeIfAbsent(
            account.id() + "/" + scope.scope() + "/" + rate.window(), key -> new ArrayDeque<>());
    long window = rate.window().length().toNanos() / 1_000;
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Start start
          && start.call().account().equals(account.id())
          && isWithin(account, start.call().scope(), scope.scope())) {
        its.add(applied.cellTimeMicros());
        if (its.size() > rate.starts()) {
          long first = its.remove();
          judge.require(
              Check.LIMITS,
              applied.cellTimeMicros() - first > window,
              () -> account.id() + "/" + scope.scope() + " starts more than " + rate);
        }
      }
    }
  }

  /** Above what ran some intervals ago by a step for each that may have begun since, at most. */
  private void requireRamp(Account account, ScopeLimit scope, Limit.Ramp ramp, Image image) {
    String name = account.id() + "/" + scope.scope();
    long now = image.header().cellTimeMicros();
    long interval = ramp.interval().toNanos() / 1_000;
    Deque<Taken> its = taken.computeIfAbsent(name, key -> new ArrayDeque<>());
    int slots =
        (int)
            image.slots().stream()
                .filter(slot -> slot.account().equals(account.id()))
                .map(Slot::scope)
                .filter(inner -> isWithin(account, inner, scope.scope()))
                .count();
    while (its.size() > 1 && second(its).micros() <= now - INTERVALS * interval) {
      its.remove();
    }
    int lately =
        its.stream()
            .filter(each -> each.micros() <= now - interval)
            .mapToInt(Taken::slots)
            .max()
            .orElse(0);
    int most = Math.max(ramp.from() + ramp.step(), lately + 2 * ramp.step());
    boolean isSettled =
        now - since.getOrDefault(account.id(), now) > INTERVALS * interval
            && slots > its.stream().mapToInt(Taken::slots).skip(its.size() - 1L).sum();
    if (isSettled) {
      judge.require(
          Check.LIMITS,
          slots <= most,
          () -> slots + " run in " + name + ", lately " + lately + ", which has " + ramp);
    }
    its.add(new Taken(now, slots));
  }

  private static Taken second(Deque<Taken> its) {
    List<Taken> all = new ArrayList<>(its);
    return all.get(1);
  }

  private static boolean isWithin(Account account, String inner, String outer) {
    return enclosing(account, inner).contains(outer);
  }

  /** From this scope outwards. */
  private static List<String> enclosing(Account account, String inner) {
    List<String> path = new ArrayList<>();
    Optional<String> at = Optional.of(inner);
    while (at.isPresent()) {
      String name = at.get();
      path.add(name);
      at =
          account.scopes().stream()
              .filter(scope -> scope.scope().equals(name))
              .findFirst()
              .flatMap(ScopeLimit::parent);
    }
    return path;
  }
}
