package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import io.corale.model.InvocationId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.node.step.Compositions;
import io.corale.node.step.FlowEvaluator;
import io.corale.node.thread.FairPool;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.BranchView.Context;
import io.corale.scheduler.BranchView.Moment;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Compositions that want to take a superpeer down, by the evaluator and on the pool of a node: they
 * end, they leave the threads free, and whoever comes next waits no longer than before (issue 3).
 */
class HostileEvaluationsTest {
  private static final Path TABLE =
      Path.of("../ratis-statemachine/src/test/resources/hostile/expressions.txt");

  private static final int PLAIN = 50;

  /** Another process slows some of them down, what hostile ones leave behind would slow all. */
  private static final int ROUNDS = 40;

  private static final long PAUSE_MILLIS = 100;

  /** So often before the first measurement, for the compiler of the JVM makes the most of it. */
  private static final int WARM_UP = 300;

  private static final int MOST_TIMES_SLOWER = 3;

  /** Below it a machine's noise decides. A plain one takes about as long. */
  private static final long NOISE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** One takes less than a second on a free processor, and here are few of those. */
  private static final long PATIENCE_SECONDS = 60;

  private static final Composition PLAIN_ONE =
      compiled(
              "plain",
              "[{a: {set: {n: '${ [range(3000) | select(. % 3 == 0)] | length }'}}}, {b: {switch:"
                  + " [{c: {when: .n == 1000, then: end}}]}}, {d: {raise: {error: {type:"
                  + " 'https://e/wrong', status: 500}}}}]")
          .orElseThrow();

  private final FairPool<OwnerId> pool = CellThreads.evaluators((owner, nanos) -> {});
  private final Executor evaluators = pool.of(new OwnerId("hostile"));

  /** One that is published. */
  private record Hostile(String expected, Composition composition) {}

  @AfterEach
  void closes() {
    pool.close();
  }

  @Test
  void leaveThePoolIdleAndTheNextOnesAsFast() throws Exception {
    List<Hostile> hostile = hostile().toList();
    assertThat(hostile).hasSizeGreaterThan(100);
    List<Composition> all = new ArrayList<>(hostile.stream().map(Hostile::composition).toList());
    all.add(PLAIN_ONE);
    Cell cell = new StillCell(all);
    Evaluator evaluator = new FlowEvaluator(new Compositions());
    medianNanos(evaluator, cell, WARM_UP);
    long before = medianNanos(evaluator, cell, PLAIN);

    List<Future<Transition>> evaluated =
        hostile.stream().map(each -> begun(evaluator, cell, each.composition())).toList();
    for (int i = 0; i < evaluated.size(); i++) {
      Transition transition = evaluated.get(i).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(word(transition))
          .as(hostile.get(i).composition().canonical().json())
          .isEqualTo(hostile.get(i).expected());
    }

    meetOnAllThreads();
    awaitNoneActive();
    long after = Long.MAX_VALUE;
    long most = Math.max(MOST_TIMES_SLOWER * before, NOISE_NANOS);
    for (int round = 0; round < ROUNDS && after > most; round++) {
      // What another process takes of the machine passes; what is left behind here does not.
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      after = Math.min(after, medianNanos(evaluator, cell, PLAIN));
    }
    System.out.println(
        hostile.size()
            + " hostile compositions; the (least) median of "
            + PLAIN
            + " plain evaluations: before "
            + before / 1_000
            + " us, after "
            + after / 1_000
            + " us");
    assertThat(after).isLessThanOrEqualTo(most);
  }

  private static Stream<Hostile> hostile() throws IOException {
    List<String> lines =
        Files.readAllLines(TABLE).stream().filter(line -> !line.startsWith("#")).toList();
    return Stream.concat(
        IntStream.range(0, lines.size()).boxed().flatMap(i -> expression(i, lines.get(i)).stream()),
        shapes());
  }

  /** What stands in the table; empty where the compiler refuses it, so that it never runs. */
  private static Optional<Hostile> expression(int number, String line) {
    String[] parts = line.split("\\|", 2);
    String text = parts[1].strip().replace("'", "''");
    // The table has no time; whatever gives a value gives a short one here.
    boolean isFine = parts[0].strip().equals("fine") || text.equals("now");
    text += isFine ? " | [.] | length" : "";
    return compiled("e" + number, "[{a: {set: '${ " + text + " }'}}]")
        .map(each -> new Hostile(isFine ? "ends" : "faults", each));
  }

  /** Tasks instead of expressions. */
  private static Stream<Hostile> shapes() {
    String deep = "{d: {do: [".repeat(60) + "{s: {set: {x: 1}}}" + "]}}".repeat(60);
    return Stream.of(
        shape("loop", "gives a turn", "[{a: {set: {x: 1}}}, {b: {set: {x: 2}, then: a}}]"),
        shape(
            "lists",
            "gives a turn",
            "[{a: {for: {in: '[range(999)]'}, do: [{b: {for: {in: '[range(999)]'}, do: [{c: {set:"
                + " '${ 1 }'}}]}}]}}]"),
        shape(
            "growth",
            "faults",
            "[{a: {set: '${ [., .] }'}}, {b: {set: '${ [., ., ., .] }', then: a}}]"),
        shape(
            "wide",
            "faults",
            "[{a: {for: {in: '[range(12001)]'}, metadata: {parallelism: 1000},"
                + " do: [{c: {wait: P1D}}]}}]"),
        shape("deep", "ends", "[" + deep + "]"));
  }

  private static Hostile shape(String name, String expected, String tasks) {
    return new Hostile(expected, compiled(name, tasks).orElseThrow());
  }

  private static Optional<Composition> compiled(String name, String tasks) {
    Compilation compilation =
        Compiler.compile(
            "document: {dsl: '1.0.3', namespace: test, name: %s, version: 1.0.0}\ndo: %s\n"
                .formatted(name, tasks));
    return compilation instanceof Compilation.Compiled done
        ? Optional.of(done.composition())
        : Optional.empty();
  }

  private Future<Transition> begun(Evaluator evaluator, Cell cell, Composition composition) {
    BranchView root =
        new BranchView(
            new InvocationId("i"),
            composition.ref(),
            0,
            0,
            Payload.NULL,
            Context.NONE,
            new Moment(1_767_323_045_000L, 0));
    return CompletableFuture.supplyAsync(
        () -> evaluator.advance(cell, root, new Signal.Begun(Payload.NULL, 0)), evaluators);
  }

  /** How it went on, in a word. */
  private static String word(Transition transition) {
    Step last = transition.steps().get(transition.steps().size() - 1);
    if (last instanceof Step.End || last instanceof Step.Complete) {
      return "ends";
    }
    return last instanceof Step.Yield ? "gives a turn" : "faults";
  }

  /** From when it is asked for until it is there, on the pool. */
  private long medianNanos(Evaluator evaluator, Cell cell, int times) throws Exception {
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      long begunNanos = System.nanoTime();
      Transition transition =
          begun(evaluator, cell, PLAIN_ONE).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      nanos[i] = System.nanoTime() - begunNanos;
      assertThat(word(transition)).isEqualTo("ends");
    }
    Arrays.sort(nanos);
    return nanos[times / 2];
  }

  /** Each thread waits for all others in its task, so it ends only if none is busy with more. */
  private void meetOnAllThreads() throws Exception {
    CountDownLatch arrived = new CountDownLatch(CellThreads.EVALUATORS);
    List<Future<Boolean>> meetings = new ArrayList<>();
    for (int i = 0; i < CellThreads.EVALUATORS; i++) {
      FutureTask<Boolean> meeting =
          new FutureTask<>(
              () -> {
                arrived.countDown();
                return arrived.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
              });
      meetings.add(meeting);
      evaluators.execute(meeting);
    }
    for (Future<Boolean> met : meetings) {
      assertThat(met.get()).as("all threads are free").isTrue();
    }
  }

  /** A task counts until a moment after its end. */
  private void awaitNoneActive() {
    long lastNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (pool.size() > 0 && System.nanoTime() < lastNanos) {
      Thread.onSpinWait();
    }
    assertThat(pool.size()).as("tasks that wait or run").isZero();
  }
}
