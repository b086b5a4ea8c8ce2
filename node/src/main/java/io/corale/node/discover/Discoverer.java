package io.corale.node.discover;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Allowance;
import io.corale.model.CellId;
import io.corale.model.Discovered;
import io.corale.model.OwnerId;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Reply;
import io.corale.node.provider.Told;
import io.corale.node.registry.Answer;
import io.corale.node.registry.Registration;
import io.corale.node.registry.Versioned;
import io.corale.scheduler.Command;
import io.corale.scheduler.Urgency;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the providers of accounts what these may use, on behalf of the cells that this node leads,
 * and enters it beside what their owners declared: as a new version of the account, in the registry
 * first and then in the cell, as if the owner had put it (ADR 40). Thread-safe; never blocks.
 *
 * <pre>
 *   read the account -> ask its provider -> the cell's word -> the registry, unless it was changed
 *         ^                                                        |            | changed: again
 *         +--------------------------------------------------------|------------+
 *                                                                  v
 *                                                               the cell
 * </pre>
 */
public final class Discoverer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Discoverer.class);

  /** Whoever changes an account so often has its provider asked later. */
  private static final int MAX_RACES = 3;

  /** Of what is allowed in many scopes, a line of the log has this. */
  private static final int TOLD = 3;

  private final Surroundings in;
  private final Rounds rounds;
  private final Looks looks;
  private final Weighing weighing;
  private final Standings standings;
  private volatile Map<CellId, Cell> led = Map.of();
  private volatile boolean isClosed;

  /**
   * What it needs of the other rooms.
   *
   * @param cells that are awake on this node
   * @param asking asks the provider of an account; completes normally
   * @param objection what a cell has against a version of an account
   * @param threads where answers are weighed, owner by owner
   */
  public record Surroundings(
      Accounts accounts,
      Supplier<List<Cell>> cells,
      BiFunction<Cell, Account, CompletableFuture<Told>> asking,
      BiFunction<Cell, Account, Optional<Refusal>> objection,
      Function<OwnerId, Executor> threads,
      LongSupplier nanos,
      Clock wall,
      DiscoveryWatch watch) {}

  public Discoverer(Surroundings in, Rounds rounds) {
    this.in = in;
    this.rounds = rounds;
    this.looks = new Looks(in.accounts(), rounds, in.nanos(), in.wall());
    this.weighing = new Weighing(rounds.every());
    this.standings = new Standings(in.watch());
  }

  /** To be called each second; begins what is due. */
  public void tick() {
    if (isClosed) {
      return;
    }
    try {
      Map<CellId, Cell> led = new TreeMap<>();
      in.cells().get().stream().filter(Cell::isSuperpeer).forEach(cell -> led.put(cell.id(), cell));
      forgetAllBut(led.keySet());
      long now = in.nanos().getAsLong();
      this.led = led;
      looks.begin(led.values(), now);
      rounds.begin(now).forEach(this::begin);
    } catch (RuntimeException e) {
      log.error("limits are not asked for; the next time is soon", e);
    }
  }

  private void forgetAllBut(Set<CellId> led) {
    rounds.retain(led);
    looks.retain(led);
    weighing.retain(asked -> rounds.knows(asked.cell(), asked.account()));
    standings.retain(asked -> rounds.knows(asked.cell(), asked.account()));
  }

  /** Never throws: what was begun is ended, or its place is lost for good. */
  private void begin(Rounds.Asked asked) {
    Cell cell = led.get(asked.cell());
    if (cell == null) {
      rounds.end(asked, Rounds.End.UNASKED, in.nanos().getAsLong());
      return;
    }
    CompletableFuture<Optional<Found>> found;
    try {
      found = ask(cell, asked.account(), MAX_RACES);
    } catch (RuntimeException e) {
      found = CompletableFuture.failedFuture(e);
    }
    // Not on the owner's threads, which refuse what is too much just where limits are asked for.
    var unused =
        found.whenComplete(
            (it, failure) -> {
              if (failure != null) {
                end(asked, () -> broken(asked, failure)); // Others would fail as it did.
              } else {
                end(asked, () -> ended(asked, it));
                next(cell);
              }
            });
  }

  private void end(Rounds.Asked asked, Runnable ending) {
    try {
      ending.run();
    } catch (RuntimeException e) {
      rounds.end(asked, Rounds.End.BROKEN, in.nanos().getAsLong());
      log.error("cell {}: account {}: limits not asked for", asked.cell(), asked.account(), e);
    }
  }

  private void next(Cell cell) {
    try {
      threads(cell).execute(() -> rounds.more(in.nanos().getAsLong()).forEach(this::begin));
    } catch (RejectedExecutionException e) {
      log.debug("there is no room to begin what is due; the next tick does", e);
    }
  }

  private CompletableFuture<Optional<Found>> ask(Cell cell, AccountId account, int racesLeft) {
    return in.accounts()
        .account(cell.id().owner(), account)
        .thenComposeAsync(
            read ->
                read.isPresent() && read.get().value().declared().asksForLimits()
                    ? ask(cell, read.get(), racesLeft)
                    : done(Optional.empty()),
            threads(cell));
  }

  private CompletableFuture<Optional<Found>> ask(
      Cell cell, Versioned<Registration> read, int racesLeft) {
    return in.asking()
        .apply(cell, read.value().declared())
        .thenComposeAsync(told -> heard(cell, read, told, racesLeft), threads(cell));
  }

  private CompletableFuture<Optional<Found>> heard(
      Cell cell, Versioned<Registration> read, Told told, int racesLeft) {
    if (!(told instanceof Told.Allowed allowed)) {
      return trouble(
          read.value(),
          told instanceof Told.Failed failed ? failed.why() : "its provider does not tell limits");
    }
    Weighing.Weighed weighed =
        weighing.after(
            new Rounds.Asked(cell.id(), read.value().id()),
            read.value(),
            allowed.allowances(),
            in.nanos().getAsLong());
    return take(cell, read, weighed.allowed(), racesLeft)
        .thenApply(found -> found.map(it -> it.held(weighed.again())));
  }

  private CompletableFuture<Optional<Found>> take(
      Cell cell, Versioned<Registration> read, List<Allowance> allowed, int racesLeft) {
    boolean isKnown =
        read.value().discovered().filter(it -> it.allowances().equals(allowed)).isPresent();
    return isKnown && !InCell.isSetBack(cell, read.value())
        ? tell(cell, read.value())
        : enter(cell, read, allowed, racesLeft);
  }

  private CompletableFuture<Optional<Found>> enter(
      Cell cell, Versioned<Registration> read, List<Allowance> allowed, int racesLeft) {
    // In the unit in which it is kept.
    Discovered discovered = new Discovered(allowed, Instant.ofEpochMilli(in.wall().millis()));
    long version = InCell.version(cell, read.value().id());
    Registration next = read.value().found(discovered).above(version);
    Optional<Refusal> objection = in.objection().apply(cell, next.inForce());
    if (isClosed || !cell.isSuperpeer()) {
      return trouble(read.value(), "this node leads no more");
    }
    if (objection.isPresent()) {
      return InCell.isTooEarly(cell, objection.get(), allowed)
          ? withoutRates(cell, read, allowed, racesLeft, objection.get())
          : trouble(read.value(), objection.get().message());
    }
    return in.accounts()
        .putDiscovered(cell.id().owner(), read, next)
        .thenComposeAsync(answer -> entered(cell, read, answer, racesLeft), threads(cell));
  }

  /**
   * How many may run at once every cell can take, and so it does not wait for the rest. But what
   * stands with rates goes on to do so, though its cell was lost and begun again: rates that go and
   * come are taken for used, and shut the account for their window.
   */
  private CompletableFuture<Optional<Found>> withoutRates(
      Cell cell,
      Versioned<Registration> read,
      List<Allowance> allowed,
      int racesLeft,
      Refusal objection) {
    if (Numbers.of(allowed(read.value())).hasRates()) {
      return done(Optional.of(Found.learned(read.value()).tooEarly(objection)));
    }
    List<Allowance> rest =
        allowed.stream()
            .filter(each -> each.concurrency().isPresent())
            .map(each -> new Allowance(each.scope(), each.concurrency(), List.of()))
            .toList();
    CompletableFuture<Optional<Found>> taken =
        rest.isEmpty()
            ? done(Optional.of(Found.learned(read.value())))
            : take(cell, read, rest, racesLeft);
    return taken.thenApply(found -> found.map(it -> it.tooEarly(objection)));
  }

  private CompletableFuture<Optional<Found>> entered(
      Cell cell,
      Versioned<Registration> read,
      Answer<Optional<Registration>> answer,
      int racesLeft) {
    if (answer instanceof Answer.Refused<Optional<Registration>> refused) {
      return trouble(read.value(), refused.refusal().message());
    }
    Optional<Registration> entered = ((Answer.Given<Optional<Registration>>) answer).value();
    if (entered.isPresent()) {
      log(cell, entered.get());
      weighing.entered(new Rounds.Asked(cell.id(), entered.get().id()), in.nanos().getAsLong());
      return tell(cell, entered.get());
    }
    return racesLeft > 0
        ? ask(cell, read.value().id(), racesLeft - 1)
        : trouble(read.value(), "the account is being changed by others");
  }

  private static void log(Cell cell, Registration entered) {
    List<Allowance> allowed = allowed(entered);
    log.info(
        "cell {}: the provider of account {} allows {}, so that {} may run at once; version {}",
        cell.id(),
        entered.id(),
        allowed.subList(0, Math.min(TOLD, allowed.size())),
        entered.inForce().concurrency(),
        entered.version());
  }

  private static List<Allowance> allowed(Registration account) {
    return account.discovered().map(Discovered::allowances).orElse(List.of());
  }

  /** The cell may have it already, or may not have been told when it was entered. */
  private CompletableFuture<Optional<Found>> tell(Cell cell, Registration account) {
    if (InCell.version(cell, account.id()) >= account.version()) {
      return done(Optional.of(Found.learned(account)));
    }
    Optional<Refusal> objection = in.objection().apply(cell, account.inForce());
    if (objection.isPresent()) {
      return InCell.isTooEarly(cell, objection.get(), allowed(account))
          ? done(Optional.of(Found.learned(account).tooEarly(objection.get())))
          : trouble(account, "the cell has not taken it: " + objection.get().message());
    }
    return cell.propose(new Command.Configure(account.inForce()), Urgency.RESULT)
        .thenApply(
            reply ->
                Optional.of(
                    reply instanceof Reply.Applied
                        ? Found.learned(account)
                        : Found.failed(account, "the cell has not taken it: " + reply)));
  }

  private static CompletableFuture<Optional<Found>> trouble(Registration account, String why) {
    return done(Optional.of(Found.failed(account, why)));
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private Executor threads(Cell cell) {
    return in.threads().apply(cell.id().owner());
  }

  private void ended(Rounds.Asked asked, Optional<Found> found) {
    long now = in.nanos().getAsLong();
    boolean isAskedAtOnce = end(asked, found, now);
    if (found.isEmpty()) {
      standings.remove(asked); // It wants that no more, and the next look will say so.
    } else if (!isClosed && rounds.knows(asked.cell(), asked.account())) {
      Registration account = found.get().account();
      if (isAskedAtOnce) {
        standings.show(asked, new Standing(account, Optional.empty(), now));
      } else {
        standings.put(asked, new Standing(account, found.get().trouble(), now));
      }
    }
  }

  /** Whether it is asked again in a moment, without any trouble. */
  private boolean end(Rounds.Asked asked, Optional<Found> found, long now) {
    Rounds.End how = found.map(Found::end).orElse(Rounds.End.ANSWERED);
    Optional<Duration> again = found.flatMap(Found::again);
    if (how == Rounds.End.ANSWERED && again.isPresent()) {
      rounds.hold(asked, again.get(), now);
      return false;
    }
    return rounds.end(asked, how, now);
  }

  /** The registry, or this node, could not do it: what was known of the account stays in force. */
  private void broken(Rounds.Asked asked, Throwable failure) {
    long now = in.nanos().getAsLong();
    rounds.end(asked, Rounds.End.BROKEN, now);
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    String trouble =
        Problem.shortened(
            "the registry or this node could not do it: " + why, Problem.MAX_DETAIL_CHARS);
    if (!isClosed) {
      standings
          .of(asked)
          .map(Standing::account)
          .or(() -> rounds.account(asked).map(Registration::of))
          .ifPresent(it -> standings.put(asked, new Standing(it, Optional.of(trouble), now)));
    }
  }

  /** What became of asking for an account, as far as this node leads its cell. */
  public Optional<Standing> standing(CellId cell, AccountId account) {
    return standings.of(new Rounds.Asked(cell, account));
  }

  /** Asks no more; what is under way comes to nothing. */
  @Override
  public void close() {
    isClosed = true;
  }
}
