package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
  private static final Optional<String> COMPLETED = Optional.empty();
  private static final Optional<String> UNKNOWN = Optional.of("nobody answered");
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final Deque<CompletableFuture<Optional<String>>> open = new ArrayDeque<>();
  private final ClosedLoop loop = new ClosedLoop(this::start);

  private CompletableFuture<Optional<String>> start() {
    CompletableFuture<Optional<String>> started = new CompletableFuture<>();
    open.add(started);
    return started;
  }

  @Test
  void beginsAnotherInThePlaceOfOneThatCompleted() {
    loop.begin(2);
    open.remove().complete(COMPLETED);

    assertThat(open).hasSize(2);
    assertThat(loop.completed()).isEqualTo(1);
    assertThat(loop.failures().count()).isZero();
  }

  @Test
  void countsWhatDidNotCompleteAndSaysWhy() {
    loop.begin(3);
    open.remove().complete(UNKNOWN);
    open.remove().completeExceptionally(new IllegalStateException("closed"));

    assertThat(open).hasSize(1);
    assertThat(loop.failures().text())
        .startsWith("2 failed: ")
        .contains("1 x nobody answered", "closed");
  }

  @Test
  void saysHowManyHaveNotEnded() {
    loop.begin(2);
    open.remove().complete(UNKNOWN);

    assertThatThrownBy(() -> loop.end(AT_ONCE))
        .isInstanceOf(NoFigures.class)
        .hasMessageContaining("1 invocations have not ended within PT0.001S; 1 failed");
  }

  /** A figure of nothing would be the best one possible. */
  @Test
  void hasNoFiguresWithoutASample() {
    loop.begin(1);
    open.remove().complete(UNKNOWN);

    assertThatThrownBy(() -> loop.end(AT_ONCE))
        .isInstanceOf(NoFigures.class)
        .hasMessageContaining("no invocation completed while it was measured; 1 failed");
  }

  /** Or whoever waits for the end of all would wait for ever. */
  @Test
  void losesNoneThatCannotBeBegun() {
    Deque<CompletableFuture<Optional<String>>> once = new ArrayDeque<>();
    once.add(new CompletableFuture<>());
    CompletableFuture<Optional<String>> first = once.getFirst();
    ClosedLoop broken = new ClosedLoop(once::remove);
    broken.begin(1);
    first.complete(COMPLETED);

    assertThat(broken.failures().text()).contains("NoSuchElementException");
    assertThatThrownBy(() -> broken.end(AT_ONCE)).hasMessageContaining("no invocation completed");
  }
}
