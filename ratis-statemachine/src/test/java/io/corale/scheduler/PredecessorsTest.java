package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** A call's place is the number of dispatches until it is its turn. */
class PredecessorsTest {
  private static final int CALLS = 60;
  private static final long NOW = 1_000;
  private static final int FULL = 1_000;
  private static final List<Policy> POLICIES = List.of(Policy.LST_BL, Policy.EDF, Policy.FIFO);

  /** Rule 38: where slots are for all, the reference model dispatches so many before it. */
  @Seeds(30)
  void areThoseThatTheReferenceModelDispatchesBefore(long seed) {
    RandomGenerator chance = new Chance(seed).of("calls");
    Policy policy = POLICIES.get(chance.nextInt(POLICIES.size()));
    int turn = chance.nextInt(ReadyQueue.LATE_SHARE);
    ReadyQueue<Long> queue = new ReadyQueue<>(account(policy), turn, Orders::of);
    QueueModel model = new QueueModel(account(policy), turn);
    Map<Long, Ticket<Long>> tickets = new LinkedHashMap<>();
    for (long i = 0; i < CALLS; i++) {
      String scope = chance.nextBoolean() ? "a" : "b";
      long rank = chance.nextInt(4) == 0 ? 0 : chance.nextLong(500);
      long deadline = rank + chance.nextLong(2 * NOW);
      tickets.put(i, queue.insert(i, scope, deadline, rank, i));
      model.insert(new QueueModel.Call(scope, deadline, rank, i));
    }

    // What comes first of all that waits matters where the account is full only.
    for (int i = 0; i < FULL; i++) {
      queue.occupy(ScopeLimit.ROOT);
    }
    Optional<QueueModel.Call> next = model.dispatch(NOW);
    for (int before = 0; before < CALLS; before++) {
      Ticket<Long> ticket =
          Objects.requireNonNull(tickets.get(next.orElseThrow().sequence()), "it was queued");
      Steps steps = new Steps(1_000);
      Predecessors.Found<Long> found = Predecessors.of(queue, List.of(ticket), NOW, steps);
      assertThat(started(found, policy, turn, ticket)).isEqualTo(before);
      assertThat(found.isMore()).isFalse();
      next = model.dispatch(NOW);
    }
  }

  /** A queue of these alone starts so many before it. */
  private static int started(
      Predecessors.Found<Long> found, Policy policy, int turn, Ticket<Long> target) {
    ReadyQueue<Long> copy = new ReadyQueue<>(account(policy), turn, Orders::of);
    for (Ticket<Long> each : found.calls()) {
      copy.insert(
          each.value(),
          each.scope().name(),
          each.deadlineMicros(),
          each.rankMicros(),
          each.sequence());
    }
    for (int i = 0; i < found.calls().size(); i++) {
      if (copy.dispatch(NOW).orElseThrow().equals(target.value())) {
        return i;
      }
    }
    throw new AssertionError(target.value() + " was not found itself");
  }

  @Test
  void areNoMoreThanTheStepsAllow() {
    ReadyQueue<Long> queue = new ReadyQueue<>(account(Policy.FIFO), 0, Orders::of);
    queue.occupy("a");
    Ticket<Long> last = queue.insert(0L, "a", 0, 0, 0);
    for (long i = 1; i <= 1_000; i++) {
      last = queue.insert(i, "a", 0, 0, i);
    }

    Predecessors.Found<Long> found = Predecessors.of(queue, List.of(last), NOW, new Steps(500));

    assertThat(found.calls()).hasSizeBetween(200, 251).contains(last);
    assertThat(found.isMore()).isTrue();
  }

  /** What waits beside a scope that has room is in nobody's way. */
  @Test
  void areNoneBesideAScopeThatHasRoom() {
    ReadyQueue<Long> queue = new ReadyQueue<>(account(Policy.FIFO), 0, Orders::of);
    for (long i = 0; i < 100; i++) {
      queue.insert(i, "b", 0, 0, i);
    }
    Ticket<Long> last = queue.insert(100L, "a", 0, 0, 100);

    assertThat(Predecessors.of(queue, List.of(last), NOW, new Steps(50)).calls())
        .containsExactly(last);
  }

  private static Account account(Policy policy) {
    return new Account(
        TestCell.ACCOUNT,
        "sim",
        1,
        policy,
        new TreeMap<>(),
        List.of(
            new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), FULL),
            new ScopeLimit("a", Optional.of(ScopeLimit.ROOT), 1_000),
            new ScopeLimit("b", Optional.of(ScopeLimit.ROOT), 1_000)));
  }
}
