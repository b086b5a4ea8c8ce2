package io.corale.node.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.NullNode;
import io.corale.flow.jq.Budget;
import io.corale.flow.jq.Query;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimeBudgetTest {
  private final AtomicLong wall = new AtomicLong();
  private final AtomicLong work = new AtomicLong(77);
  private final TimeBudget budget = new TimeBudget(wall::get, work::get);

  @Test
  void isSpentByWork() {
    wall.set(TimeBudget.MOST.toNanos());
    work.set(77 + TimeBudget.MOST.toNanos() - 1);
    assertThat(budget.getAsBoolean()).isFalse();

    work.incrementAndGet();
    assertThat(budget.getAsBoolean()).isTrue();
  }

  @Test
  void isNotSpentByStandingStill() {
    wall.set(TimeBudget.MOST.multipliedBy(100).toNanos());
    assertThat(budget.getAsBoolean()).isFalse();
  }

  @Test
  void endsAnExpressionInTheMiddle() throws Exception {
    Query endless = Query.compile("[range(100000)] | length", new TreeSet<>());
    wall.set(TimeBudget.MOST.toNanos());
    work.set(77 + TimeBudget.MOST.toNanos());

    assertThatThrownBy(
            () -> endless.evaluate(NullNode.instance, new TreeMap<>(), new Budget(budget)))
        .hasMessageContaining("takes longer than its evaluation may");
  }

  @Test
  void ofThisThreadIsFullAtFirst() {
    assertThat(TimeBudget.ofThisThread().getAsBoolean()).isFalse();
  }
}
