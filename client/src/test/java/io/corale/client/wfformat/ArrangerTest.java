package io.corale.client.wfformat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArrangerTest {
  @Test
  void aTaskStaysAlone() throws UnusableWorkflowException {
    assertThat(draw("a")).isEqualTo("a / 0");
  }

  @Test
  void aChainStaysAChain() throws UnusableWorkflowException {
    assertThat(draw("a b<a c<b")).isEqualTo("(a ; b ; c) / 0");
  }

  @Test
  void aShortCutAlongAChainChangesNothing() throws UnusableWorkflowException {
    assertThat(draw("a b<a c<b,a")).isEqualTo("(a ; b ; c) / 0");
  }

  @Test
  void aDiamondForksAndJoins() throws UnusableWorkflowException {
    assertThat(draw("a b<a c<a d<b,c")).isEqualTo("(a ; (b | c) ; d) / 0");
  }

  @Test
  void whatIsNotConnectedRunsSideBySide() throws UnusableWorkflowException {
    assertThat(draw("a b<a x y<x")).isEqualTo("((a ; b) | (x ; y)) / 0");
  }

  @Test
  void everyoneWaitingForEveryoneIsNoBarrierOfOurs() throws UnusableWorkflowException {
    assertThat(draw("a b c<a,b d<a,b")).isEqualTo("((a | b) ; (c | d)) / 0");
  }

  @Test
  void theBarrierOfAnNStandsWhereItCostsLeast() throws UnusableWorkflowException {
    // Were c to wait for b, it would end late; b has time to wait for a.
    assertThat(draw("a:1 b:5 c:9<a d:1<a,b")).isEqualTo("(a ; ((b ; d) | c)) / 1");
  }

  @Test
  void aBarrierThatCostsNothingIsFound() throws UnusableWorkflowException {
    // given an N in which a and b take equally long
    Arranger.Result arranged = Graphs.arranged(Graphs.workflow("a:3 b:3 c:4<a d:4<a,b"));
    // then
    assertThat(arranged.barriers()).isEqualTo(1);
    assertThat(arranged.arrangement().lengthMicros()).isEqualTo(7_000_000);
    assertThat(arranged.isFewest()).isTrue();
  }

  @Test
  void aCycleIsRefusedByItsTasks() {
    assertThatThrownBy(() -> Graphs.arranged(Graphs.workflow("s a<s,c b<a c<b e<c")))
        .isInstanceOf(UnusableWorkflowException.class)
        .hasMessageContaining("a -> b -> c -> a");
  }

  @Test
  void anUnknownParentIsRefused() {
    assertThatThrownBy(() -> Graphs.arranged(Graphs.workflow("a b<ghost")))
        .isInstanceOf(UnusableWorkflowException.class)
        .hasMessage("task 'b' names the parent 'ghost', which is not a task");
  }

  @Test
  void aLargeTangleIsArrangedWithinBounds() throws UnusableWorkflowException {
    RecordedWorkflow tangle = Graphs.random(new Chance(7).of("tangle"), 50, 8);
    requireOrdered(tangle, Graphs.arranged(tangle).arrangement());
  }

  @Seeds(200)
  void everyRecordedDependencyIsKept(long seed) throws UnusableWorkflowException {
    RecordedWorkflow workflow = Graphs.random(new Chance(seed).of("graph"), 14, 4);
    requireOrdered(workflow, Graphs.arranged(workflow).arrangement());
  }

  @Seeds(200)
  void thereAreNeverFewerBarriersThanFound(long seed) throws UnusableWorkflowException {
    // given
    Precedence precedence = Precedence.of(Graphs.random(new Chance(seed).of("graph"), 8, 3));
    // when
    Arranger.Result arranged = Arranger.arrange(precedence);
    // then
    assertThat(arranged.barriers())
        .isEqualTo(fewest(precedence, precedence.all(), new LinkedHashMap<>()));
    assertThat(arranged.isFewest()).isTrue();
  }

  @Seeds(50)
  void theSameWorkflowIsArrangedTheSameWay(long seed) throws UnusableWorkflowException {
    RecordedWorkflow workflow = Graphs.random(new Chance(seed).of("graph"), 12, 4);
    assertThat(Graphs.arranged(workflow)).isEqualTo(Graphs.arranged(workflow));
  }

  private static String draw(String words) throws UnusableWorkflowException {
    RecordedWorkflow workflow = Graphs.workflow(words);
    Arranger.Result arranged = Graphs.arranged(workflow);
    requireOrdered(workflow, arranged.arrangement());
    return Graphs.drawn(arranged.arrangement()) + " / " + arranged.barriers();
  }

  static void requireOrdered(RecordedWorkflow workflow, Arrangement arrangement) {
    Map<String, Set<String>> before = Graphs.before(arrangement);
    assertThat(before).hasSameSizeAs(workflow.tasks());
    for (RecordedTask task : workflow.tasks()) {
      assertThat(before.getOrDefault(task.id(), Set.of())).containsAll(task.parents());
    }
  }

  /** By brute force over all subsets: what the arranger finds with less effort. */
  private static int fewest(Precedence precedence, BitSet part, Map<BitSet, Integer> known) {
    Integer cached = known.get(part);
    if (cached != null) {
      return cached;
    }
    int fewest = part.cardinality() == 1 ? 0 : Integer.MAX_VALUE;
    for (int mask = 1; mask < 1 << precedence.all().cardinality(); mask++) {
      BitSet side = BitSet.valueOf(new long[] {mask});
      BitSet rest = Cuts.without(part, side);
      BitSet outside = Cuts.without(side, part);
      if (!outside.isEmpty() || rest.isEmpty()) {
        continue;
      }
      long related =
          side.stream().mapToLong(one -> precedence.after(one, rest).cardinality()).sum();
      boolean isClosed = side.stream().allMatch(one -> precedence.before(one, rest).isEmpty());
      if (isClosed) {
        boolean isFree = related == 0 || related == (long) side.cardinality() * rest.cardinality();
        int both = fewest(precedence, side, known) + fewest(precedence, rest, known);
        fewest = Math.min(fewest, both + (isFree ? 0 : 1));
      }
    }
    known.put(part, fewest);
    return fewest;
  }
}
