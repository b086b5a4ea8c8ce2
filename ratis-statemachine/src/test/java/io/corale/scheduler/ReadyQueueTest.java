package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.ReadyQueue.ScopeLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ReadyQueueTest {
  private static final ScopeLimit ROOT = limit("account", null, 100);

  /** Rule 16: a saturated scope holds back its own calls only. */
  @Test
  void servesOthersWhileAScopeIsFull() {
    ReadyQueue<String> queue = queue(ROOT, limit("slow", "account", 1), limit("ok", "account", 9));
    queue.occupy("slow");
    queue.insert("urgent but held", "slow", 100, 0, 1);
    queue.insert("later", "ok", 900, 0, 2);

    assertThat(queue.dispatch(0)).contains("later");
    assertThat(queue.dispatch(0)).isEmpty();

    queue.release("slow");
    assertThat(queue.dispatch(0)).contains("urgent but held");
  }

  /** Rule 16: a call takes a slot in each scope on its path, and a full group shuts all below. */
  @Test
  void countsSlotsOnTheWholePath() {
    ReadyQueue<String> queue =
        queue(
            ROOT, limit("group", "account", 2), limit("one", "group", 2), limit("two", "group", 2));
    queue.insert("1", "one", 10, 0, 1);
    queue.insert("2", "two", 20, 0, 2);
    queue.insert("3", "one", 30, 0, 3);

    assertThat(dispatchAll(queue, 0)).containsExactly("1", "2");

    assertThat(queue.loads())
        .containsExactly(
            new ScopeLoad("account", 1, 2, 0, 100),
            new ScopeLoad("group", 1, 2, 0, 2),
            new ScopeLoad("one", 1, 1, 0, 2),
            new ScopeLoad("two", 0, 1, 0, 2));
  }

  /** A call may name a scope that has scopes below it: it then waits at that scope alone. */
  @Test
  void letsACallSitAtAnInnerScope() {
    ReadyQueue<String> queue = queue(limit("account", null, 2), limit("leaf", "account", 1));
    queue.insert("leaf second", "leaf", 30, 0, 1);
    queue.insert("root", "account", 20, 0, 2);
    queue.insert("leaf first", "leaf", 10, 0, 3);

    assertThat(dispatchAll(queue, 0)).containsExactly("leaf first", "root");
  }

  @Test
  void ordersByLatestStartTimeThenSequence() {
    ReadyQueue<String> queue = queue(ROOT);
    queue.insert("due 100, long work ahead", "account", 100, 90, 1);
    queue.insert("due 50, short work", "account", 50, 5, 2);
    queue.insert("tie", "account", 60, 50, 3);

    assertThat(dispatchAll(queue, 0))
        .containsExactly("due 100, long work ahead", "tie", "due 50, short work");
  }

  @Test
  void ordersByDeadlineWhereEarliestDeadlineFirstIsAsked() {
    ReadyQueue<String> queue = queue(Policy.EDF, ROOT);
    queue.insert("due 100", "account", 100, 90, 1);
    queue.insert("due 50", "account", 50, 5, 2);

    assertThat(dispatchAll(queue, 1_000)).containsExactly("due 50", "due 100");
  }

  @Test
  void ordersBySequenceWhereFirstInFirstOutIsAsked() {
    ReadyQueue<String> queue = queue(Policy.FIFO, ROOT);
    queue.insert("second", "account", 1, 0, 8);
    queue.insert("first", "account", 100, 0, 7);

    assertThat(dispatchAll(queue, 1_000)).containsExactly("first", "second");
  }

  @Test
  void givesTheLateLaneOneDispatchInEight() {
    ReadyQueue<String> queue = queue(ROOT);
    for (int i = 0; i < 50; i++) {
      queue.insert("late", "account", 10, 1, i);
      queue.insert("timely", "account", 1_000, 0, 100 + i);
    }

    List<String> lanes = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      lanes.add(queue.dispatch(500).orElseThrow());
    }

    for (int i = 0; i < 32; i++) {
      assertThat(lanes.get(i)).isEqualTo(i % 8 == 7 ? "late" : "timely");
    }
  }

  /** Being late must not make the urgent wait behind the timely. */
  @Test
  void servesTheUrgentAtOnceThoughItIsLate() {
    ReadyQueue<String> queue = queue(ROOT);
    queue.insert("timely", "account", 1_000, 100, 1);
    queue.insert("late", "account", 200, 100, 2);
    queue.insert("urgent", "account", 400, 0, 3);

    assertThat(dispatchAll(queue, 500)).containsExactly("urgent", "timely", "late");
  }

  @Test
  void servesTheLateLaneShortestRankFirstWhileTheMainLaneIsEmpty() {
    ReadyQueue<String> queue = queue(ROOT);
    queue.insert("long", "account", 100, 80, 1);
    queue.insert("short", "account", 100, 10, 2);

    assertThat(dispatchAll(queue, 500)).containsExactly("short", "long");
  }

  /** The late lane keeps to the limits of the scopes too. */
  @Test
  void holdsLateCallsOfAFullScopeBack() {
    ReadyQueue<String> queue = queue(ROOT, limit("slow", "account", 1), limit("ok", "account", 9));
    queue.occupy("slow");
    queue.insert("held", "slow", 10, 0, 1);
    queue.insert("free", "ok", 20, 5, 2);

    assertThat(dispatchAll(queue, 500)).containsExactly("free");
  }

  /** A call is late only once its latest start time has passed. */
  @Test
  void isStillTimelyAtItsLatestStartTime() {
    ReadyQueue<String> queue = new ReadyQueue<>(account(Policy.LST_BL, ROOT), 7, Orders::of);
    queue.insert("at its time", "account", 510, 10, 1);
    queue.insert("late", "account", 400, 1, 2);

    assertThat(dispatchAll(queue, 500)).containsExactly("late", "at its time");
    assertThat(queue.turn()).isEqualTo(1);
  }

  @Test
  void takesACancelledCallOutOnce() {
    ReadyQueue<String> queue = queue(ROOT);
    Ticket<String> cancelled = queue.insert("cancelled", "account", 10, 0, 1);
    queue.insert("stays", "account", 20, 0, 2);

    queue.remove(cancelled);

    assertThatThrownBy(() -> queue.remove(cancelled)).isInstanceOf(IllegalStateException.class);
    assertThat(dispatchAll(queue, 0)).containsExactly("stays");
  }

  @Test
  void findsALateCallByItsTicket() {
    ReadyQueue<String> queue = queue(limit("account", null, 1));
    queue.insert("runs", "account", 10, 0, 1);
    Ticket<String> late = queue.insert("late", "account", 10, 5, 2);
    assertThat(queue.dispatch(500)).contains("runs");

    queue.remove(late);

    assertThat(queue.size()).isZero();
  }

  @Test
  void shutsAScopeWhoseLimitWasLoweredUntilItHasDrained() {
    ReadyQueue<String> queue = queue(limit("account", null, 3));
    queue.occupy("account");
    queue.occupy("account");
    queue.occupy("account");
    queue.insert("waits", "account", 10, 0, 1);

    queue.reconfigure(account(Policy.LST_BL, limit("account", null, 2)), 0);
    queue.release("account");
    assertThat(queue.dispatch(0)).isEmpty();

    queue.release("account");
    assertThat(queue.dispatch(0)).contains("waits");
  }

  @Test
  void refusesToLoseAScopeInUse() {
    ReadyQueue<String> queue = queue(ROOT, limit("label", "account", 4));
    queue.occupy("label");
    queue.insert("waits", "label", 10, 0, 1);
    Account next = account(Policy.LST_BL, ROOT);

    assertThat(queue.refusal(next))
        .contains(
            "account 'cheap': scope 'label' cannot go, it has 1 calls waiting and 1 slots taken");
    assertThatThrownBy(() -> queue.reconfigure(next, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsTicketsAndSlotsWhenAScopeMovesToAnotherParent() {
    ReadyQueue<String> queue = queue(ROOT, limit("group", "account", 1), limit("f", "account", 9));
    queue.occupy("f");
    Ticket<String> cancelled = queue.insert("cancelled", "f", 10, 0, 1);
    queue.insert("waits", "f", 20, 0, 2);

    queue.reconfigure(
        account(Policy.LST_BL, ROOT, limit("group", "account", 1), limit("f", "group", 9)), 0);
    queue.remove(cancelled);
    assertThat(queue.dispatch(0)).isEmpty();

    queue.release("f");
    assertThat(queue.dispatch(0)).contains("waits");
  }

  @Test
  void refusesAnUnknownScopeAndASlotThatNobodyTook() {
    ReadyQueue<String> queue = queue(ROOT, limit("f", "account", 1));
    queue.occupy("f");

    assertThat(queue.hasScope("f")).isTrue();
    assertThat(queue.hasScope("g")).isFalse();
    assertThatThrownBy(() -> queue.insert("x", "g", 1, 0, 1))
        .hasMessage("account 'cheap' has no scope 'g'");
    assertThatThrownBy(() -> queue.release("account")).isInstanceOf(IllegalStateException.class);
  }

  private static List<String> dispatchAll(ReadyQueue<String> queue, long nowMicros) {
    List<String> dispatched = new ArrayList<>();
    Optional<String> next = queue.dispatch(nowMicros);
    while (next.isPresent()) {
      dispatched.add(next.get());
      next = queue.dispatch(nowMicros);
    }
    return dispatched;
  }

  private static ReadyQueue<String> queue(ScopeLimit... scopes) {
    return queue(Policy.LST_BL, scopes);
  }

  private static ReadyQueue<String> queue(Policy policy, ScopeLimit... scopes) {
    return new ReadyQueue<>(account(policy, scopes), 0, Orders::of);
  }

  private static Account account(Policy policy, ScopeLimit... scopes) {
    return new Account(new AccountId("cheap"), "sim", 1, policy, new TreeMap<>(), List.of(scopes));
  }

  private static ScopeLimit limit(String scope, @Nullable String parent, int concurrency) {
    return new ScopeLimit(scope, Optional.ofNullable(parent), concurrency);
  }
}
