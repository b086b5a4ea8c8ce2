package io.corale.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ShortMemoryTest {
  private final List<CompletableFuture<Optional<String>>> reads = new ArrayList<>();
  private long nowNanos;
  private boolean connected = true;
  private final ShortMemory<String, String> memory =
      new ShortMemory<>(10, Runnable::run, () -> connected, () -> nowNanos);

  @Test
  void oneReadServesAllWhoAskWhileItIsFresh() {
    CompletableFuture<Optional<String>> first = get();
    CompletableFuture<Optional<String>> second = get();
    reads.get(0).complete(Optional.of("v1"));

    assertThat(first.join()).contains("v1");
    assertThat(second.join()).contains("v1");
    assertThat(get().join()).contains("v1");
    assertThat(reads).hasSize(1);
  }

  @Test
  void anOldFindingIsReadAnewAndServesOnIfZooKeeperIsAway() {
    find("v1");
    nowNanos += ShortMemory.FRESH.toNanos();

    CompletableFuture<Optional<String>> anew = get();
    reads.get(1).completeExceptionally(new RegistryUnavailable("away"));

    assertThat(anew.join()).contains("v1");
    connected = false;
    assertThat(get().join()).contains("v1");
    assertThat(reads).hasSize(2);
  }

  @Test
  void whoAsksAfterAChangeGetsWhatIsReadAfterIt() {
    CompletableFuture<Optional<String>> before = get();
    memory.outdate("key");
    CompletableFuture<Optional<String>> after = get();
    reads.get(1).complete(Optional.of("new"));
    reads.get(0).complete(Optional.of("old"));

    assertThat(before.join()).contains("old");
    assertThat(after.join()).contains("new");
    assertThat(get().join()).contains("new");
  }

  @Test
  void absenceAndFailureAreNotRemembered() {
    CompletableFuture<Optional<String>> absent = get();
    reads.get(0).complete(Optional.empty());
    CompletableFuture<Optional<String>> failed = get();
    reads.get(1).completeExceptionally(new RegistryUnavailable("away"));
    CompletableFuture<Optional<String>> third = get();
    reads.get(2).complete(Optional.of("v1"));

    assertThat(absent.join()).isEmpty();
    assertThatThrownBy(failed::join).hasCauseInstanceOf(RegistryUnavailable.class);
    assertThat(third.join()).contains("v1");
  }

  private void find(String value) {
    CompletableFuture<Optional<String>> answer = get();
    reads.get(0).complete(Optional.of(value));
    answer.join();
  }

  private CompletableFuture<Optional<String>> get() {
    return memory.get(
        "key",
        () -> {
          CompletableFuture<Optional<String>> read = new CompletableFuture<>();
          reads.add(read);
          return read;
        });
  }
}
