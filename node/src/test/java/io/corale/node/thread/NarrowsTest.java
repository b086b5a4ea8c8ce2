package io.corale.node.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class NarrowsTest {
  private final Narrows narrows = new Narrows(1, 2);
  private final Deque<Runnable> threads = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();

  @Test
  void theSecondHasNoThreadUntilTheFirstIsThrough() {
    narrows.pass(threads::add, () -> done.add("a"));
    narrows.pass(threads::add, () -> done.add("b"));
    int given = threads.size();

    threads.remove().run();
    threads.remove().run();

    assertThat(given).isEqualTo(1);
    assertThat(done).containsExactly("a", "b");
    assertThat(threads).isEmpty();
  }

  @Test
  void theLineIsBounded() {
    narrows.pass(threads::add, () -> done.add("a"));
    narrows.pass(threads::add, () -> done.add("b"));
    narrows.pass(threads::add, () -> done.add("c"));

    assertThatThrownBy(() -> narrows.pass(threads::add, () -> done.add("d")))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void whoBreaksLetsTheNextOneThrough() {
    narrows.pass(
        threads::add,
        () -> {
          throw new IllegalStateException("bug");
        });
    narrows.pass(threads::add, () -> done.add("b"));

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
    assertThatThrownBy(() -> narrows.pass(closed, () -> done.add("a")))
        .isInstanceOf(RejectedExecutionException.class);
    narrows.pass(threads::add, () -> done.add("b"));
    narrows.pass(closed, () -> done.add("c"));

    threads.remove().run();

    assertThat(done).containsExactly("b", "c");
  }
}
