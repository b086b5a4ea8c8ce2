package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.Outcome;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Fences;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.simulated.Lives.Life;
import io.corale.sim.Trace;
import io.corale.sim.VirtualTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The world of functions, and the judge of what runs there, in true time: it starts what reached it
 * within the delivery bound, ends it at its timeout at the latest, and says something about it, or
 * nothing, or says it early, late or twice, and much later again. No limit may be exceeded, leases
 * included, nor two attempts of one call run at once.
 */
final class SimProvider {
  /** From functions that are shorter than the rest of a fence to some that are longer. */
  private static final Map<String, Duration> TIMEOUTS =
      new TreeMap<>(
          Map.of(
              "a", Duration.ofMillis(400),
              "b", Duration.ofMillis(1_500),
              "c", Duration.ofSeconds(3),
              "d", Duration.ofSeconds(5)));

  /** The executor gives up on an answer this long after the function must have ended. */
  private static final Duration PATIENCE = Duration.ofMillis(200);

  /** When the fences of most are over, and long after. */
  private static final long LATE_MICROS = 2_000_000;

  private static final long LATEST_MICROS = 15_000_000;

  /** So often what came of an attempt is told again, below. */
  private static final int MOST_REPEATS = 8;

  private final VirtualTime time;
  private final Trace trace;
  private final RandomGenerator chance;
  private final Judge judge;
  private final Saboteur saboteur;
  private final Overshoot overshoot;
  private final Map<String, ScopeLimit> limits = new LinkedHashMap<>();
  private final Map<String, Set<AttemptId>> running = new LinkedHashMap<>();
  private final Map<CallId, AttemptId> runningCalls = new LinkedHashMap<>();
  private final RandomGenerator lateness;
  private final RandomGenerator refusals;
  private final SimLimits secrets;
  private final SimOutages outages;
  private final SimPerson person;
  private final Luggage luggage;
  private final Freight freight;
  private boolean isKind;
  private int starts;

  SimProvider(SimCell cell, RandomGenerator chance, List<Account> accounts) {
    this.time = cell.time();
    this.trace = cell.trace();
    this.judge = cell.judge();
    this.saboteur = cell.saboteur();
    this.overshoot = cell.overshoot();
    this.chance = chance;
    this.luggage = cell.luggage();
    this.freight = cell.freight();
    this.lateness = cell.chance().of("lateness");
    this.refusals = cell.chance().of("refusals");
    this.secrets = cell.limits();
    this.outages = cell.outages();
    this.person = cell.person();
    for (Account account : accounts) {
      account.scopes().forEach(s -> limits.put(account.id() + "/" + s.scope(), s));
    }
  }

  /** After which a function has ended for certain (rule 14). */
  static Duration timeout(String function) {
    return TIMEOUTS.getOrDefault(function, Duration.ZERO);
  }

  /** From now on every call succeeds and is answered. */
  void beKind() {
    isKind = true;
  }

  int starts() {
    return starts;
  }

  /** The bytes of an attempt have left its executor, who listens for its outcome. */
  void send(AttemptId attempt, CallSpec spec, Consumer<Outcome> executor) {
    freight.arrived(spec.arguments(), "the provider, of " + attempt);
    Optional<SimOutages.Kind> outage = isKind ? Optional.empty() : outages.of(spec.function());
    if (outage.isPresent()) {
      endAs(outage.get(), attempt, spec, executor);
      return;
    }
    int fate = isKind ? 100 : chance.nextInt(100);
    if (fate < 4) {
      Duration pause = Duration.ofMillis(50);
      answer(
          attempt,
          executor,
          refusals.nextBoolean()
              ? Outcome.Throttled.byUs(pause)
              : Outcome.Throttled.byProvider(pause));
    } else if (fate < 8) {
      answer(attempt, executor, new Outcome.Unavailable("no route", false));
    } else {
      boolean isSlow = !isKind && chance.nextInt(10) == 0;
      boolean isLarge = !spec.arguments().fitsInline();
      long slow = Fences.DELIVERY_BOUND_MICROS + (isLarge ? Fences.DEPARTURE_MICROS : 0);
      long bound = isSlow ? slow : 3_000;
      after(chance.nextLong(bound), () -> start(attempt, spec, executor));
      if (fate < 11) {
        answer(attempt, executor, new Outcome.Unavailable("reset", true));
      }
    }
  }

  /** Nothing runs, which nobody knows. */
  private void endAs(
      SimOutages.Kind outage, AttemptId attempt, CallSpec spec, Consumer<Outcome> executor) {
    switch (outage) {
      case UNREACHABLE -> answer(attempt, executor, new Outcome.Unavailable("outage", false));
      case RESET -> answer(attempt, executor, new Outcome.Unavailable("outage", true));
      case HANGING ->
          time.after(
              timeout(spec.function()).plus(PATIENCE),
              () -> executor.accept(new Outcome.TimedOut(true)));
    }
  }

  private void start(AttemptId attempt, CallSpec spec, Consumer<Outcome> executor) {
    Optional<String> full = isKind ? Optional.empty() : full(spec);
    if (full.isPresent()) {
      Duration pause = Duration.ofMillis(refusals.nextInt(400));
      Optional<String> named = refusals.nextBoolean() ? full : Optional.empty();
      answer(attempt, executor, new Outcome.Throttled(named, pause, false));
      return;
    }
    starts++;
    trace.note("provider starts " + attempt);
    overshoot.started(attempt, spec);
    AttemptId other = runningCalls.put(attempt.call(), attempt);
    judge.require(
        Check.PROVIDER,
        other == null || overshoot.allows(other) || overshoot.allows(attempt),
        () -> attempt + " starts while " + other + " runs");
    count(attempt, spec, 1);
    long most = timeout(spec.function()).toNanos() / 1_000;
    boolean hangs = !isKind && chance.nextInt(10) == 0;
    boolean isLong = !isKind && chance.nextInt(10) == 0;
    long micros = hangs ? most : 1_000 + chance.nextLong(isLong ? most - 1_000 : 200_000);
    long overtime = hangs && saboteur.plants(Planted.TIMEOUT_NOT_ENFORCED) ? 3 * most : 0;
    after(micros + overtime, () -> end(attempt, spec, hangs, executor));
  }

  /** Which of its scopes holds no more, where it holds less than it was said to. */
  private Optional<String> full(CallSpec spec) {
    Optional<String> scope = Optional.of(spec.scope());
    while (scope.isPresent()) {
      String name = spec.account() + "/" + scope.get();
      OptionalInt held = secrets.held(name);
      if (held.isPresent() && running.getOrDefault(name, Set.of()).size() >= held.getAsInt()) {
        return scope;
      }
      ScopeLimit limit = limits.get(name);
      scope = limit == null ? Optional.empty() : limit.parent();
    }
    return Optional.empty();
  }

  private void end(AttemptId attempt, CallSpec spec, boolean hangs, Consumer<Outcome> executor) {
    trace.note("provider ends " + attempt);
    runningCalls.remove(attempt.call(), attempt);
    count(attempt, spec, -1);
    int fate = isKind ? 100 : chance.nextInt(100);
    if (hangs || fate < 8) {
      time.after(PATIENCE, () -> executor.accept(new Outcome.TimedOut(true)));
    } else if (!isKind && person.hasFail(attempt.call().invocation())) {
      answer(attempt, executor, new Outcome.FunctionError("broken", false));
    } else if (fate < 16) {
      answer(attempt, executor, new Outcome.FunctionError("bad luck", true));
    } else {
      answer(attempt, executor, new Outcome.Success(luggage.result(spec.arguments())));
      if (fate < 26) {
        answer(attempt, executor, new Outcome.TimedOut(true));
      }
    }
  }

  /** What came of it is told; where its id comes again, also when nobody waits for it any more. */
  private void answer(AttemptId attempt, Consumer<Outcome> executor, Outcome outcome) {
    boolean comesAgain = Life.mayComeAgain(attempt.call().invocation());
    for (int i = isKind || !comesAgain ? 0 : lateness.nextInt(MOST_REPEATS); i > 0; i--) {
      after(LATE_MICROS + lateness.nextLong(LATEST_MICROS), () -> executor.accept(outcome));
    }
    after(
        chance.nextLong(chance.nextInt(10) == 0 ? 400_000 : 3_000), () -> executor.accept(outcome));
  }

  private void count(AttemptId attempt, CallSpec spec, int difference) {
    Optional<String> scope = Optional.of(spec.scope());
    while (scope.isPresent()) {
      String name = spec.account() + "/" + scope.get();
      ScopeLimit limit = limits.get(name);
      Set<AttemptId> running = this.running.computeIfAbsent(name, n -> new LinkedHashSet<>());
      if (difference > 0) {
        running.add(attempt);
      } else {
        running.remove(attempt);
      }
      int most = limit == null ? 0 : limit.concurrency();
      judge.require(
          Check.PROVIDER,
          running.size() <= most
              || running.stream().filter(each -> !overshoot.allows(each)).count() <= most,
          () -> running + " run at once in scope " + name + ", its limit is " + most);
      scope = limit == null ? Optional.empty() : limit.parent();
    }
  }

  private void after(long micros, Runnable action) {
    time.after(Duration.ofNanos(micros * 1_000), action);
  }
}
