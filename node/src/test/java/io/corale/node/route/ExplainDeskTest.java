package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.OwnerId;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Reply;
import io.corale.node.cell.StillCell;
import io.corale.node.thread.Aside;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** To explain is dear, so it is done aside and for one at a time. */
final class ExplainDeskTest {
  private final StillCell cell = new StillCell(List.of());
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<Door.Response> responses = new ArrayList<>();
  private final ExplainDesk desk = new ExplainDesk(new Kept());

  /** Does nothing until it is told to. */
  private final class Kept implements Aside {
    @Override
    public Executor readers(OwnerId owner) {
      return tasks::add;
    }

    @Override
    public Executor makers(OwnerId owner, long bytes) {
      return tasks::add;
    }
  }

  @Test
  void refusesASecondOneOfACellUntilTheFirstIsAnswered() {
    ask("i-1");
    ask("i-2");

    assertThat(responses).hasSize(1);
    Common.Refusal refusal = responses.get(0).getRefused();
    assertThat(refusal.getCode()).isEqualTo(Common.Refusal.Code.OVERLOADED);
    assertThat(refusal.getRetryAfterMillis()).isPositive();

    tasks.remove().run();
    ask("i-3");
    tasks.remove().run();

    assertThat(responses.subList(1, 3))
        .allMatch(response -> response.getRefused().getCode() == Common.Refusal.Code.NOT_FOUND);
  }

  @Test
  void saysWhichFieldIsWrong() {
    assertThatThrownBy(() -> ask(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("explain.invocation");
    ask("i-1");
    tasks.remove().run();

    assertThat(responses).hasSize(1);
  }

  /** Rule 26: who was deposed and does not know it must not say what holds whom. */
  @Test
  void saysNothingBeforeTheCellHasConfirmedThatItLeads() {
    for (Reply reply :
        List.of(new Reply.NotSuperpeer(Optional.empty()), new Reply.Unknown("lost"))) {
      responses.clear();
      CompletableFuture<Reply> barrier = new CompletableFuture<>();
      ask(confirmedBy(barrier), "i-1");
      assertThat(tasks).isEmpty();

      barrier.complete(reply);
      tasks.remove().run();

      assertThat(responses).singleElement().matches(Door.Response::hasUnknown);
    }
  }

  /** Or nobody could ask this cell any more. */
  @Test
  void whatGoesWrongIsSaidAndKeepsNobodyOut() {
    ask(confirmedBy(CompletableFuture.failedFuture(new IllegalStateException("closed"))), "i-1");
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }

    assertThat(responses).singleElement().matches(Door.Response::hasUnknown);
    ask("i-2");
    assertThat(tasks).hasSize(1);
  }

  private Cell confirmedBy(CompletableFuture<Reply> barrier) {
    return (Cell)
        Proxy.newProxyInstance(
            Cell.class.getClassLoader(),
            new Class<?>[] {Cell.class},
            (proxy, method, arguments) ->
                method.getName().equals("barrier") ? barrier : method.invoke(cell, arguments));
  }

  private void ask(String id) {
    ask(cell, id);
  }

  private void ask(Cell of, String id) {
    desk.serve(of, Door.Explain.newBuilder().setInvocation(id).build(), responses::add);
  }
}
