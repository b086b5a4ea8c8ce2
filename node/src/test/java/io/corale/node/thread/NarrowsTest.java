package io.corale.node.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.OwnerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class NarrowsTest {
  private static final OwnerId ALPHA = new OwnerId("alpha");
  private static final OwnerId BETA = new OwnerId("beta");
  private static final OwnerId GAMMA = new OwnerId("gamma");

  private final Narrows narrows = new Narrows(1, 4);
  private final Deque<Runnable> threads = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();

  @Test
  void theSecondHasNoThreadUntilTheFirstIsThrough() {
    narrows.pass(ALPHA, threads::add, () -> done.add("a"));
    narrows.pass(ALPHA, threads::add, () -> done.add("b"));
    int given = threads.size();

    threads.remove().run();
    threads.remove().run();

    assertThat(given).isEqualTo(1);
    assertThat(done).containsExactly("a", "b");
    assertThat(threads).isEmpty();
  }

  @Test
  void allLinesAreBoundedAndOneOwnersIsHalfOfThat() {
    pass(ALPHA, "inside");
    pass(ALPHA, "a1");
    pass(ALPHA, "a2");
    assertThatThrownBy(() -> pass(ALPHA, "a3")).isInstanceOf(RejectedExecutionException.class);

    pass(BETA, "b1");
    pass(BETA, "b2");
    assertThatThrownBy(() -> pass(GAMMA, "c1")).isInstanceOf(RejectedExecutionException.class);
  }

  /** ADR 29: nobody waits because another has much to do. */
  @Test
  void ownersTakeTurns() {
    pass(ALPHA, "inside");
    pass(ALPHA, "a1");
    pass(ALPHA, "a2");
    pass(BETA, "b1");

    for (int i = 0; i < 4; i++) {
      threads.remove().run();
    }

    assertThat(done).containsExactly("inside", "a1", "b1", "a2");
  }

  @Test
  void whoBreaksLetsTheNextOneThrough() {
    narrows.pass(
        ALPHA,
        threads::add,
        () -> {
          throw new IllegalStateException("bug");
        });
    narrows.pass(ALPHA, threads::add, () -> done.add("b"));

    assertThatThrownBy(() -> threads.remove().run()).hasMessage("bug");
    threads.remove().run();

    assertThat(done).containsExactly("b");
  }

  @Test
  void threadsThatTakeNoMoreHoldNobodyUp() {
    Executor closed =
        task -> {
          throw new RejectedExecutionException("closed");
        };
    assertThatThrownBy(() -> narrows.pass(ALPHA, closed, () -> done.add("a")))
        .isInstanceOf(RejectedExecutionException.class);
    narrows.pass(ALPHA, threads::add, () -> done.add("b"));
    narrows.pass(ALPHA, closed, () -> done.add("c"));

    threads.remove().run();

    assertThat(done).containsExactly("b", "c");
  }

  private void pass(OwnerId owner, String name) {
    narrows.pass(owner, threads::add, () -> done.add(name));
  }
}
