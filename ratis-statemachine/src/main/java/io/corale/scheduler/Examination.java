package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.CallId;
import io.corale.model.Limit;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Explanation.Change;
import io.corale.scheduler.Explanation.Expected;
import io.corale.scheduler.Explanation.Kind;
import io.corale.scheduler.Explanation.Place;
import io.corale.scheduler.Rehearsal.Course;
import io.corale.scheduler.Rehearsal.Started;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What was copied of an invocation to explain why its calls stand where they stand. To find out the
 * rest takes some hundredths of a second and nothing of the scheduler, so it is done elsewhere.
 */
public final class Examination {
  /** For each call that goes before up to five: it comes, starts, ends, and time goes on. */
  static final int MOST_STEPS = 60_000;

  private final TraceView trace;
  private final List<Explanation> calls;
  private final int others;
  private final List<Rehearsal> rehearsals;
  private final Steps steps = new Steps(MOST_STEPS);

  /**
   * @param calls of those that are queued, nothing yet that a rehearsal says
   * @param rehearsals of each account where some are queued, unless that was too much to copy
   */
  Examination(TraceView trace, List<Explanation> calls, int others, List<Rehearsal> rehearsals) {
    this.trace = trace;
    this.calls = List.copyOf(calls);
    this.others = others;
    this.rehearsals = List.copyOf(rehearsals);
  }

  /** Finds out the rest; to be asked once. */
  public Explained explained() {
    List<Explanation> all = new ArrayList<>(calls);
    for (Rehearsal rehearsal : rehearsals) {
      Course course = rehearsal.run(rehearsal.account(), rehearsal.targets(), steps);
      all.replaceAll(
          each -> rehearsal.targets().contains(each.call()) ? told(each, rehearsal, course) : each);
    }
    all.replaceAll(each -> each.state() == Call.State.QUEUED ? each.changing(changes(each)) : each);
    return new Explained(trace, all, others);
  }

  private static Explanation told(Explanation call, Rehearsal rehearsal, Course course) {
    Optional<Place> place = place(call, rehearsal, course);
    OptionalLong start = course.startMicros(call.call());
    boolean isServed = call.obstacles().stream().noneMatch(Obstacle.NoSuperpeer.class::isInstance);
    return call.at(
        place,
        start.isPresent() && !rehearsal.isMore() && isServed
            ? Optional.of(
                new Expected(
                    start.getAsLong() - rehearsal.nowMicros(), rehearsal.isLate(call.call())))
            : Optional.empty());
  }

  /** Empty where it is known of no call that it goes before, though some may. */
  private static Optional<Place> place(Explanation call, Rehearsal rehearsal, Course course) {
    String scope = course.holding().getOrDefault(call.call(), outermost(call));
    Set<String> below = below(rehearsal.account(), scope);
    List<CallId> before = new ArrayList<>();
    boolean isMore = rehearsal.isMore() || course.startMicros(call.call()).isEmpty();
    for (Started each : course.started()) {
      if (each.call().equals(call.call())) {
        break;
      }
      if (below.contains(each.scope())) {
        before.add(each.call());
      }
    }
    if (before.isEmpty() && isMore) {
      return Optional.empty();
    }
    CallId next = before.isEmpty() ? call.call() : before.get(0);
    return Optional.of(
        new Place(scope, before.size(), isMore, next, rehearsal.isLate(call.call())));
  }

  private static String outermost(Explanation call) {
    return call.obstacles().stream()
        .filter(Obstacle.OfScope.class::isInstance)
        .map(obstacle -> ((Obstacle.OfScope) obstacle).scope())
        .reduce((inner, outer) -> outer)
        .orElse(call.scope());
  }

  /** A scope and all below it. */
  private static Set<String> below(Account account, String scope) {
    Set<String> below = new LinkedHashSet<>();
    for (ScopeLimit limit : account.scopes()) {
      if (limit.scope().equals(scope) || limit.parent().filter(below::contains).isPresent()) {
        below.add(limit.scope());
      }
    }
    return below;
  }

  private List<Change> changes(Explanation call) {
    List<Obstacle> holds =
        call.obstacles().stream().filter(Obstacle.OnHold.class::isInstance).toList();
    // While something is on hold, nothing else would let it start.
    return (holds.isEmpty() ? call.obstacles() : holds)
        .stream().flatMap(each -> change(call, each).stream()).distinct().toList();
  }

  /** Empty where no limit may be larger. */
  private Optional<Change> change(Explanation call, Obstacle obstacle) {
    if (obstacle instanceof Obstacle.Full full) {
      return full.most() < ScopeLimit.MAX_CONCURRENCY
          ? Optional.of(
              raised(
                  call,
                  raise(Kind.RAISE_CONCURRENCY, full, full.most() + 1L),
                  limit -> larger(limit)))
          : Optional.empty();
    }
    if (obstacle instanceof Obstacle.RateUsed used) {
      return used.rate().starts() < Limit.MOST
          ? Optional.of(
              raised(
                  call,
                  raise(Kind.RAISE_RATE, used, used.rate().starts() + 1L),
                  limit -> larger(limit, used.rate())))
          : Optional.empty();
    }
    if (obstacle instanceof Obstacle.Ramping ramping) {
      return Optional.of(opens(ramping, ramping.micros()));
    }
    if (obstacle instanceof Obstacle.Learned learned) {
      return Optional.of(opens(learned, learned.micros()));
    }
    if (obstacle instanceof Obstacle.Throttled throttled) {
      return Optional.of(opens(throttled, throttled.micros()));
    }
    if (obstacle instanceof Obstacle.Unseen unseen) {
      return Optional.of(new Change(Kind.NEXT_ENTRY, unseen.scope(), 0, OptionalLong.of(0)));
    }
    if (obstacle instanceof Obstacle.OnHold) {
      return Optional.of(Explanations.RELEASE);
    }
    if (obstacle instanceof Obstacle.Unanswered unanswered) {
      return Optional.of(answers(unanswered));
    }
    if (obstacle instanceof Obstacle.NoSuperpeer) {
      return Optional.of(new Change(Kind.TAKE_OVER, "", 0, OptionalLong.empty()));
    }
    throw new IllegalStateException("nothing is known that would change " + obstacle);
  }

  private static Change opens(Obstacle.OfScope obstacle, long micros) {
    return new Change(Kind.SCOPE_OPENS, obstacle.scope(), 0, OptionalLong.of(micros));
  }

  /** What is tried may answer at any time, and need not. */
  private static Change answers(Obstacle.Unanswered unanswered) {
    OptionalLong at =
        unanswered.isTrying() ? OptionalLong.empty() : OptionalLong.of(unanswered.micros());
    return new Change(Kind.ANSWER, "", 0, at);
  }

  private static Change raise(Kind kind, Obstacle.OfScope obstacle, long to) {
    return new Change(kind, obstacle.scope(), to, OptionalLong.empty());
  }

  /** With one limit larger, and no other. */
  private Change raised(Explanation call, Change change, UnaryOperator<ScopeLimit> larger) {
    return call.expected().isEmpty()
        ? change
        : new Change(
            change.kind(),
            change.scope(),
            change.to(),
            startMicros(call.call(), change.scope(), larger));
  }

  private OptionalLong startMicros(CallId call, String scope, UnaryOperator<ScopeLimit> larger) {
    for (Rehearsal rehearsal : rehearsals) {
      if (rehearsal.targets().contains(call)) {
        OptionalLong start =
            rehearsal
                .run(with(rehearsal.account(), scope, larger), List.of(call), steps)
                .startMicros(call);
        return start.isPresent()
            ? OptionalLong.of(start.getAsLong() - rehearsal.nowMicros())
            : start;
      }
    }
    return OptionalLong.empty();
  }

  private static Account with(Account account, String scope, UnaryOperator<ScopeLimit> larger) {
    return new Account(
        account.id(),
        account.provider(),
        account.version(),
        account.policy(),
        account.settings(),
        account.scopes().stream()
            .map(limit -> limit.scope().equals(scope) ? larger.apply(limit) : limit)
            .toList(),
        account.retriesFast());
  }

  private static ScopeLimit larger(ScopeLimit limit) {
    return new ScopeLimit(limit.scope(), limit.parent(), limit.concurrency() + 1, limit.more());
  }

  private static ScopeLimit larger(ScopeLimit limit, Limit.Rate rate) {
    return new ScopeLimit(
        limit.scope(),
        limit.parent(),
        limit.concurrency(),
        limit.more().stream()
            .map(
                more -> more.equals(rate) ? new Limit.Rate(rate.starts() + 1, rate.window()) : more)
            .toList());
  }
}
