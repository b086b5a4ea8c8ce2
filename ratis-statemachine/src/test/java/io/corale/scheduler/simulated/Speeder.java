package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.Limit;
import io.corale.model.Outcome;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Call;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Image;
import io.corale.scheduler.ScopeState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Does what a {@link Planted} bug would do in the limits that are no slots. */
final class Speeder {
  private static final int SLICES = 64;

  private final Planted bug;

  Speeder(Planted bug) {
    this.bug = bug;
  }

  Account betrayed(Account account) {
    List<ScopeLimit> scopes = new ArrayList<>(account.scopes());
    if (bug == Planted.RAMP_JUMPS) {
      scopes.replaceAll(
          scope -> with(scope, scope.more().stream().map(m -> jumping(m, scope)).toList()));
    } else if (bug == Planted.TIME_SHUT_BLOCKS) {
      List<Limit> rates =
          scopes.stream()
              .flatMap(scope -> scope.more().stream())
              .filter(Limit.Rate.class::isInstance)
              .limit(1)
              .toList();
      scopes.replaceAll(
          scope -> with(scope, scope.parent().isEmpty() ? rates : withoutRates(scope)));
    }
    return new Account(
        account.id(),
        account.provider(),
        account.version(),
        account.policy(),
        account.settings(),
        scopes,
        account.retriesFast());
  }

  private static Limit jumping(Limit limit, ScopeLimit scope) {
    return limit instanceof Limit.Ramp ramp
        ? new Limit.Ramp(scope.concurrency(), ramp.step(), ramp.interval())
        : limit;
  }

  private static List<Limit> withoutRates(ScopeLimit scope) {
    return scope.more().stream().filter(more -> !(more instanceof Limit.Rate)).toList();
  }

  private static ScopeLimit with(ScopeLimit scope, List<Limit> more) {
    return new ScopeLimit(scope.scope(), scope.parent(), scope.concurrency(), more);
  }

  Outcome betrayed(Outcome outcome) {
    if (!(outcome instanceof Outcome.Throttled throttled)) {
      return outcome;
    }
    return switch (bug) {
      case OWN_FULLNESS_TEACHES -> Outcome.Throttled.byProvider(throttled.retryAfter());
      case THROTTLE_COUNTS_AN_ATTEMPT ->
          throttled.isOurs() ? outcome : new Outcome.Unavailable("throttled", false);
      default -> outcome;
    };
  }

  boolean corrupts() {
    return bug == Planted.RATE_BY_CALENDAR
        || bug == Planted.RATE_FORGETS_AT_TAKE_OVER
        || bug == Planted.LEARNS_NOTHING
        || bug == Planted.THROTTLE_LOSES_PLACE;
  }

  /** Empty where the bug changes nothing. */
  Optional<Image> corrupted(Image before, Image after) {
    Image changed =
        switch (bug) {
          case RATE_BY_CALENDAR -> byCalendar(after);
          case RATE_FORGETS_AT_TAKE_OVER ->
              before.header().executor().equals(after.header().executor())
                  ? after
                  : withoutRates(after);
          case LEARNS_NOTHING -> untaught(before, after);
          case THROTTLE_LOSES_PLACE -> displaced(before, after);
          default -> after;
        };
    return changed.equals(after) ? Optional.empty() : Optional.of(changed);
  }

  /** Nothing of the calendar's last second or minute counts in this one. */
  private static Image byCalendar(Image image) {
    long now = image.header().cellTimeMicros();
    return withRates(
        image,
        rate -> {
          long window = rate.window().length().toNanos() / 1_000;
          long first = now / window * SLICES;
          return new ScopeState.Rate(
              rate.window(),
              rate.slices().stream().filter(s -> s.number() >= first).toList(),
              rate.last(),
              rate.assumedUntilMicros());
        });
  }

  static Image withoutRates(Image image) {
    return withRates(image, rate -> new ScopeState.Rate(rate.window(), List.of(), -1, 0));
  }

  private static Image withRates(Image image, UnaryOperator<ScopeState.Rate> change) {
    return withStates(
        image,
        (account, state) ->
            new ScopeState(
                state.scope(),
                state.rates().stream().map(change).toList(),
                state.ramp(),
                state.learned(),
                state.throttling()));
  }

  private static Image untaught(Image before, Image after) {
    Map<String, ScopeState> was = new LinkedHashMap<>();
    before
        .accounts()
        .forEach(
            its -> its.limits().forEach(s -> was.put(its.account().id() + "/" + s.scope(), s)));
    return withStates(
        after,
        (account, state) ->
            new ScopeState(
                state.scope(),
                state.rates(),
                state.ramp(),
                state
                    .learned()
                    .map(is -> untaught(was.get(account.id() + "/" + state.scope()), is)),
                state.throttling()));
  }

  private static ScopeState.Learned untaught(@Nullable ScopeState was, ScopeState.Learned is) {
    return Optional.ofNullable(was)
        .flatMap(ScopeState::learned)
        .filter(earlier -> earlier.lastThrottledMicros() != is.lastThrottledMicros())
        .orElse(is);
  }

  private static Image withStates(Image image, BiFunction<Account, ScopeState, ScopeState> change) {
    List<Image.Configured> accounts = new ArrayList<>();
    for (Image.Configured its : image.accounts()) {
      List<ScopeState> states =
          its.limits().stream().map(state -> change.apply(its.account(), state)).toList();
      accounts.add(
          new Image.Configured(its.account(), its.index(), its.turn(), states, its.retriesSpent()));
    }
    return Corruption.withAccounts(image, accounts);
  }

  /** What was in flight and waits again comes after all others. */
  private static Image displaced(Image before, Image after) {
    Map<Object, Call> was = new LinkedHashMap<>();
    before.calls().forEach(call -> was.put(call.id(), call));
    List<Call> calls = new ArrayList<>();
    for (Call call : after.calls()) {
      Call earlier = was.get(call.id());
      boolean isBack =
          earlier != null
              && call.state() == Call.State.QUEUED
              && earlier.state() == Call.State.IN_FLIGHT
              && earlier.tried() == call.tried()
              && earlier.excused() == call.excused();
      calls.add(isBack ? later(call) : call);
    }
    return Corruption.withCalls(after, calls);
  }

  private static Call later(Call call) {
    return new Call(
        call.id(),
        call.branch(),
        call.spec(),
        call.sequence() + 1_000_000,
        call.state(),
        call.attempt(),
        call.tried(),
        call.excused(),
        call.dueMicros(),
        call.queuedMicros(),
        call.base());
  }

  /** Nobody is told when a scope opens. */
  List<Effect> told(List<Effect> effects, Image image) {
    if (bug != Planted.OPENING_UNANNOUNCED) {
      return effects;
    }
    Set<Long> openings = new LinkedHashSet<>();
    for (Image.Configured its : image.accounts()) {
      its.limits().forEach(state -> openings(state).forEach(openings::add));
    }
    return effects.stream()
        .filter(e -> !(e instanceof Effect.WakeAt at && openings.contains(at.cellTimeMicros())))
        .toList();
  }

  Applied told(Applied applied, Image image) {
    return new Applied(applied.cellTimeMicros(), applied.results(), told(applied.effects(), image));
  }

  private static Stream<Long> openings(ScopeState state) {
    Stream<Long> ofRates =
        state.rates().stream()
            .flatMap(
                rate ->
                    rate.slices().stream()
                        .map(
                            slice ->
                                (slice.number() + SLICES + 2)
                                    * (rate.window().length().toNanos() / 1_000 / SLICES)));
    return Stream.concat(
        Stream.concat(ofRates, state.ramp().map(ScopeState.Ramp::boundaryMicros).stream()),
        Stream.of(state.throttling().shutUntilMicros()));
  }
}
