package io.corale.node.invoke;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Hold;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.Told;
import io.corale.node.thread.Aside;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs attempts. It is keyed by cell and attempt, so that it outlives the replica that asked,
 * and it keeps providers to their contract: every attempt has exactly one outcome, in time, of a
 * size that the log can hold. Thread-safe; never blocks.
 */
public final class Invoker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Invoker.class);

  /** Attempts are kilobytes each; beyond it the node would rather not send. */
  static final int MAX_OUTSTANDING = 20_000;

  /** Of one owner: the other half is left to all others. */
  static final int MAX_OF_OWNER = MAX_OUTSTANDING / 2;

  /** Long enough that a full node is not asked again before a typical call has ended. */
  private static final Duration FULL_RETRY_AFTER = Duration.ofSeconds(1);

  /** What a provider may take beyond the call's timeout to say so. */
  static final long OVERTIME_MILLIS = 1_000;

  /** Of what an attempt may take to leave, so that the rest is enough for it. */
  private static final long MAX_WAIT_NANOS = 700_000_000L;

  private static final String STOPPING = "the node is stopping";

  private final Providers providers;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanos;
  private final AttemptWatch watch;
  private final Aside aside;
  private final Map<Key, Flight> outstanding = new ConcurrentHashMap<>();
  private final Map<OwnerId, Integer> ofOwners = new ConcurrentHashMap<>();
  private final Pacer pacer = new Pacer();

  /**
   * @param timer runs the overtime limits; its tasks are short
   * @param nanos monotonic time, for durations
   * @param aside where large arguments become messages, and large results are read and hashed
   */
  public Invoker(
      Providers providers,
      ScheduledExecutorService timer,
      LongSupplier nanos,
      AttemptWatch watch,
      Aside aside) {
    this.providers = providers;
    this.timer = timer;
    this.nanos = nanos;
    this.watch = watch;
    this.aside = aside;
  }

  private volatile boolean isClosed;

  private record Key(CellId cell, AttemptId attempt) {}

  /** Takes the outcome of an attempt; called once, on any thread. */
  @FunctionalInterface
  public interface Listener {
    /** The attempt ended so, after this time. */
    void ended(Outcome outcome, long durationMicros);
  }

  /**
   * Performs an attempt, unless it is being performed already.
   *
   * @param scope the leaf of its account's tree at which its call sits
   */
  public void perform(CellId cell, ProviderCall call, String scope, Listener listener) {
    Key key = new Key(cell, call.attempt());
    Optional<Provider> provider = providers.find(call.account().provider());
    if (provider.isEmpty()) {
      Outcome none =
          new Outcome.NotSent("this node has no provider '" + call.account().provider() + "'");
      watch.landed(cell, call, Landing.unsent(none));
      listener.ended(none, 0);
      return;
    }
    if (!provider.get().takes(call.form())) {
      Outcome unfit =
          new Outcome.FunctionError(
              "account '"
                  + call.account().id()
                  + "' has the provider '"
                  + provider.get().id()
                  + "', which cannot send this; one with the provider '"
                  + sender(call.form())
                  + "' can",
              false);
      watch.landed(cell, call, Landing.unsent(unfit));
      listener.ended(unfit, 0);
      return;
    }
    if (!provider.get().authenticates() && !call.authentication().equals(Authentication.NONE)) {
      Outcome open =
          new Outcome.Unready(
              Outcome.Lack.CONFIGURATION,
              "account '"
                  + call.account().id()
                  + "' has the provider '"
                  + provider.get().id()
                  + "', which shows no authentication; one with the provider 'http' does",
              false);
      watch.landed(cell, call, Landing.unsent(open));
      listener.ended(open, 0);
      return;
    }
    if (isFull(cell.owner())) {
      Outcome full = full();
      watch.landed(cell, call, Landing.unsent(full));
      listener.ended(full, 0);
      return;
    }
    Flight flight = new Flight(call, nanos, landing -> landed(key, call, landing), listener);
    ofOwners.merge(cell.owner(), 1, Integer::sum);
    if (outstanding.putIfAbsent(key, flight) != null) {
      uncount(cell.owner());
      return;
    }
    if (isClosed) {
      flight.abandon(STOPPING);
      return;
    }
    pace(flight, cell, scope, call, () -> begin(flight, provider.get(), call));
  }

  /** Goes on when the rates of its scopes have room, as far as this node has used them. */
  private void pace(Flight flight, CellId cell, String scope, ProviderCall call, Runnable begin) {
    Optional<Pacer.Place> found =
        pacer.place(cell, call.account(), scope, nanos.getAsLong(), call.guard().leftNanos());
    if (found.isEmpty()) {
      // Not as never sent: it would start at once again, find no place again, and end as failed.
      flight.end(Outcome.Throttled.byUs(Duration.ofNanos(Pacer.MOST_WAIT_NANOS)));
      return;
    }
    Pacer.Place place = found.get();
    flight.tellWhenItLeaves(() -> pacer.left(place, nanos.getAsLong()));
    if (place.waitNanos() == 0) {
      begin.run();
    } else {
      try {
        timer.schedule(
            () -> handOver(cell.owner(), flight, begin), place.waitNanos(), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        flight.abandon(STOPPING);
      }
    }
  }

  /** The timer has others to wake: a request of some size takes its time to be made. */
  private void handOver(OwnerId owner, Flight flight, Runnable begin) {
    aside.readers(owner).execute(() -> beginUnlessOver(flight, begin));
  }

  private static void beginUnlessOver(Flight flight, Runnable begin) {
    if (!flight.isOver()) {
      begin.run();
    }
  }

  private static Outcome full() {
    return Outcome.Throttled.byUs(FULL_RETRY_AFTER);
  }

  private boolean isFull(OwnerId owner) {
    return outstanding.size() >= MAX_OUTSTANDING || ofOwners.getOrDefault(owner, 0) >= MAX_OF_OWNER;
  }

  /** The provider that is made for a form. */
  private static String sender(CallForm form) {
    return switch (form) {
      case FUNCTION, REQUEST -> "http";
      case RPC -> "grpc";
    };
  }

  private void landed(Key key, ProviderCall call, Landing landing) {
    outstanding.remove(key);
    uncount(key.cell.owner());
    watch.landed(key.cell, call, landing);
  }

  private void uncount(OwnerId owner) {
    ofOwners.computeIfPresent(owner, (same, flights) -> flights == 1 ? null : flights - 1);
  }

  /** Large arguments need room; and where a message is made of them, a thread for that. */
  private void begin(Flight flight, Provider provider, ProviderCall call) {
    if (!call.packs()) {
      flight.end(full());
      return;
    }
    long bytes = call.arguments().sizeBytes();
    if (call.form() == CallForm.FUNCTION || call.arguments().fitsInline()) {
      send(flight, provider, call);
      return;
    }
    long askedNanos = nanos.getAsLong();
    try {
      aside
          .makers(call.owner(), bytes)
          .execute(() -> sendUnlessLate(flight, provider, call, askedNanos));
    } catch (RejectedExecutionException e) {
      flight.end(full());
    }
  }

  /** After so long its guard says no, though it is this node that has too much to do. */
  private void sendUnlessLate(
      Flight flight, Provider provider, ProviderCall call, long askedNanos) {
    if (nanos.getAsLong() - askedNanos > MAX_WAIT_NANOS) {
      flight.end(full());
    } else if (!flight.isOver()) {
      send(flight, provider, call);
    }
  }

  private void send(Flight flight, Provider provider, ProviderCall call) {
    CompletableFuture<Outcome> asked = asked(provider, flight.guardedCall());
    asked.whenComplete(
        (outcome, failure) ->
            ended(flight, call, failure == null ? outcome : broken(provider, call, failure)));
    if (asked.isDone()) {
      return;
    }
    try {
      flight.limit(
          timer.schedule(
              () -> expire(flight, provider, call, asked),
              call.timeout().toMillis() + OVERTIME_MILLIS,
              TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException e) {
      flight.abandon(STOPPING); // Or nobody would, should the provider not.
    }
  }

  private void ended(Flight flight, ProviderCall call, Outcome outcome) {
    Runnable end = () -> flight.end(Results.checked(call.function(), outcome));
    if (!Results.isLarge(outcome)) {
      end.run();
      return;
    }
    // Before whoever brought it counts it no more, and because it may be smaller than was feared.
    call.hold().settle(((Outcome.Success) outcome).result().sizeBytes());
    aside.readers(call.owner()).execute(end);
  }

  /** What the provider promises; a failure where it breaks at once. */
  private static CompletableFuture<Outcome> asked(Provider provider, ProviderCall call) {
    try {
      return provider.call(call);
    } catch (RuntimeException | StackOverflowError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** An answer that has had to wait for room has come in time, and has more. */
  private void expire(
      Flight flight, Provider provider, ProviderCall call, CompletableFuture<Outcome> answer) {
    if (!call.hold().hasWaited()) {
      giveUp(flight, provider, call, answer);
      return;
    }
    try {
      flight.limit(
          timer.schedule(
              () -> giveUp(flight, provider, call, answer),
              2 * Hold.PATIENCE.toMillis() + OVERTIME_MILLIS,
              TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException e) {
      flight.abandon(STOPPING);
    }
  }

  private static void giveUp(
      Flight flight, Provider provider, ProviderCall call, CompletableFuture<Outcome> answer) {
    if (answer.isDone() || call.hold().isBeingRead()) {
      return; // It is being read: what has come in time is not too late.
    }
    if (flight.expire()) {
      log.warn(
          "{} of {} kept attempt {} beyond its time",
          provider.id(),
          call.account().id(),
          call.attempt());
      answer.cancel(false);
    }
  }

  /** Providers complete normally; one that does not may have done anything. */
  private static Outcome broken(Provider provider, ProviderCall call, Throwable failure) {
    if (failure instanceof CancellationException) {
      return new Outcome.TimedOut(true); // We gave it up, below, and told so already.
    }
    log.error("provider {} broke on attempt {}", provider.id(), call.attempt(), failure);
    return new Outcome.Unavailable("provider " + provider.id() + " broke: " + failure, true);
  }

  /**
   * The answer to an attempt is of no use any more. One that has not left yet never will; of one
   * that has, the end is still awaited and told, because it is what proves that its slot is free
   * (rule 13).
   */
  public void stop(CellId cell, AttemptId attempt) {
    Flight flight = outstanding.get(new Key(cell, attempt));
    if (flight != null) {
      flight.stop();
    }
  }

  /** What is wrong with an account, from its provider; empty where nothing is. */
  public List<String> faults(Account account) {
    return providers.faults(account);
  }

  /** What the provider of an account says that it allows. The future completes normally. */
  public CompletableFuture<Told> discover(Account account, Authentication authentication) {
    return isClosed
        ? CompletableFuture.completedFuture(new Told.Failed(STOPPING))
        : providers.discover(account, authentication);
  }

  /** Attempts under way on this node. */
  public int outstanding() {
    return outstanding.size();
  }

  @Override
  public void close() {
    isClosed = true;
    outstanding.values().forEach(flight -> flight.abandon(STOPPING));
    providers.close();
  }
}
