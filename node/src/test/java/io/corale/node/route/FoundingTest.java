package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.registry.Birth;
import io.corale.node.registry.BornMember;
import io.corale.node.registry.OwnerEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Questions to the registry about a cell that nobody serves. */
final class FoundingTest {
  private static final Birth BIRTH =
      new Birth(
          Birth.State.OPEN,
          1,
          "nonce",
          List.of(new BornMember(new Incarnation(new NodeId("n1"), 1), "n1", "n1:1", "n1:2")));

  /** The register's answers, one for each time that it is asked. */
  private final List<CompletableFuture<Optional<OwnerEntry>>> asked = new ArrayList<>();

  private final Founding founding =
      new Founding(
          owner -> {
            asked.add(new CompletableFuture<>());
            return asked.get(asked.size() - 1);
          },
          cell -> CompletableFuture.completedFuture(Optional.empty()),
          cell -> CompletableFuture.completedFuture(BIRTH));

  private CompletableFuture<Founded> find() {
    return founding.found(Roads.CELL, true);
  }

  @Test
  void allWhoWaitForACellAskTheRegistryOnce() {
    List<CompletableFuture<Founded>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(find());
    }

    assertThat(asked).hasSize(1);
    asked.get(0).complete(Optional.of(Roads.registered()));

    assertThat(waiting).allSatisfy(each -> assertThat(each).isCompletedWithValue(somewhere()));
  }

  private static Founded somewhere() {
    return new Founded.Somewhere(BIRTH);
  }

  @Test
  void whoMayNotBearDoesNotJoinWhoMay() {
    CompletableFuture<Founded> bearing = find();
    CompletableFuture<Founded> waking = founding.found(Roads.CELL, false);

    assertThat(asked).hasSize(2);
    assertThat(List.of(bearing, waking)).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void whatFailedIsAskedAgain() {
    CompletableFuture<Founded> first = find();
    asked.get(0).completeExceptionally(new IllegalStateException("no majority"));
    assertThat(first).isCompletedExceptionally();

    CompletableFuture<Founded> second = find();
    asked.get(1).complete(Optional.of(Roads.registered()));

    assertThat(second).isCompletedWithValue(somewhere());
  }

  /** Its owner was registered between the question of another one and its own. */
  @Test
  void nobodyIsRefusedByWhatWasReadBeforeItCame() {
    CompletableFuture<Founded> early = find();
    CompletableFuture<Founded> late = find();

    asked.get(0).complete(Optional.empty());

    assertThat(early.join()).isInstanceOf(Founded.Never.class);
    assertThat(late).isNotDone();
    asked.get(1).complete(Optional.of(Roads.registered()));
    assertThat(late).isCompletedWithValue(somewhere());
  }
}
