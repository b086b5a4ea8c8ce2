package io.corale.node.discover;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.OwnerId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.node.cell.Cell;
import io.corale.node.cell.StillCell;
import io.corale.node.provider.Told;
import io.corale.node.registry.Answer;
import io.corale.node.registry.OwnerEntry;
import io.corale.node.registry.Registration;
import io.corale.node.registry.Versioned;
import io.corale.scheduler.Command;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Of many owners none takes the places of the others, whatever becomes of its question. */
class ManyOwnersTest {
  private static final Account CHEAP =
      new Account(
          new AccountId("cheap"),
          "http",
          1,
          Policy.LST_BL,
          new TreeMap<>(Map.of(Account.LIMITS, "https://far/limits")),
          List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 8)));

  private final List<Cell> cells = new ArrayList<>();
  private final List<CompletableFuture<Told>> questions = new ArrayList<>();
  private boolean isFull;
  private long now = -5;
  private final Discoverer discoverer =
      new Discoverer(
          new Discoverer.Surroundings(
              new Shelf(),
              () -> cells,
              (cell, account) -> ask(),
              (cell, account) -> Optional.empty(),
              owner -> this::run,
              () -> now,
              Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
              DiscoveryWatch.NONE),
          new Rounds(Duration.ofMinutes(5), (RandomGenerator) () -> 0L));

  /** Each owner has that account. */
  private static final class Shelf implements Accounts {
    @Override
    public CompletableFuture<Optional<OwnerEntry>> owner(OwnerId owner) {
      TreeMap<AccountId, Registration> all =
          new TreeMap<>(Map.of(CHEAP.id(), Registration.of(CHEAP)));
      return CompletableFuture.completedFuture(
          Optional.of(new OwnerEntry(owner, all, new TreeSet<>(), Instant.EPOCH)));
    }

    @Override
    public void refresh(OwnerId owner) {}

    @Override
    public CompletableFuture<Optional<Versioned<Registration>>> account(
        OwnerId owner, AccountId account) {
      return CompletableFuture.completedFuture(
          Optional.of(new Versioned<>(Registration.of(CHEAP), 1)));
    }

    @Override
    public CompletableFuture<Answer<Optional<Registration>>> putDiscovered(
        OwnerId owner, Versioned<Registration> read, Registration next) {
      throw new AssertionError("nothing is allowed here");
    }
  }

  @Test
  void whenAQuestionEndsTheNextBeginsAtOnce() {
    owners(100);
    pass(Duration.ofSeconds(10)); // All have been looked at.
    assertThat(questions).hasSize(Rounds.AT_ONCE);

    questions.get(0).complete(new Told.Failed("no"));
    questions.get(1).complete(new Told.Failed("no"));
    assertThat(questions).as("without a turn of the clock").hasSize(Rounds.AT_ONCE + 2);
  }

  @Test
  void whoseThreadsAreFullGivesItsPlaceBack() {
    owners(2 * Rounds.AT_ONCE);
    pass(Duration.ofSeconds(10));
    isFull = true;
    List.copyOf(questions).forEach(each -> each.complete(new Told.Failed("no")));
    isFull = false;
    int before = questions.size();
    pass(Duration.ofSeconds(1));

    assertThat(questions).hasSize(before + Rounds.AT_ONCE);
  }

  private void owners(int many) {
    for (int i = 0; i < many; i++) {
      StillCell cell = new StillCell(new OwnerId("o" + i), List.of());
      var unused = cell.apply(0, List.of(new Command.Configure(Registration.of(CHEAP).inForce())));
      cells.add(cell);
    }
  }

  private CompletableFuture<Told> ask() {
    CompletableFuture<Told> question = new CompletableFuture<>();
    questions.add(question);
    return question;
  }

  private void run(Runnable task) {
    if (isFull) {
      throw new RejectedExecutionException("too many tasks wait");
    }
    task.run();
  }

  private void pass(Duration time) {
    for (int second = 0; second < time.toSeconds(); second++) {
      now += Duration.ofSeconds(1).toNanos();
      discoverer.tick();
    }
  }
}
