package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.OwnerId;
import io.corale.node.cell.StillCell;
import io.corale.node.thread.Aside;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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

  private void ask(String id) {
    desk.serve(cell, Door.Explain.newBuilder().setInvocation(id).build(), responses::add);
  }
}
