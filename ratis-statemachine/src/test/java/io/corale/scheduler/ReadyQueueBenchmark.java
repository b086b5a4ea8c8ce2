package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.OtherTrees.Structure;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One call in, one out, and one slot given back, with so many calls waiting: through the whole
 * queue with its scopes and lanes, on the scheduler's splay trees and on what could stand in their
 * place.
 *
 * <p>Sketch: a dispatch touches about log2(10^5) = 17 nodes of one leaf, most of them out of cache:
 * some 0.5 to 1 us. Goal: at least 1 M operations a second at 10^5.
 *
 * <p>The calls are of a recorded trace, each function a scope of its own. Of four service classes;
 * each call's latest start time lies its slack behind now. Time moves on by mean slack / waiting
 * calls per call, so that by Little's law the head of the queue stays near now and some calls
 * become late.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx2g")
public class ReadyQueueBenchmark {
  private static final int TRACE = 1 << 16;
  private static final int RUNNING = 64;

  /** Of eight calls, the slack of each in its durations: urgent, standard and relaxed ones. */
  private static final int[] SLACKS = {1, 2, 2, 2, 5, 5, 5, 50};

  /** Calls that wait. */
  @Param({"1000", "100000", "1000000"})
  public int waiting;

  @Param({"SPLAY_TREE", "TREE_MAP", "SKIP_LIST", "PRIORITY_QUEUE"})
  public String structure = Structure.SPLAY_TREE.name();

  /** Where the trace is. */
  @Param("../shared/data/azure-slice")
  public String trace = "";

  private final long[] slacks = new long[TRACE];
  private final long[] ranks = new long[TRACE];
  private final String[] scopes = new String[TRACE];
  private final Deque<String> running = new ArrayDeque<>();
  private ReadyQueue<String> queue = new ReadyQueue<>(account(1), 0, Orders::of);
  private long stepNanos;
  private long sequence;

  /** Draws the calls and fills the queue. */
  @Setup
  public void fill() {
    QueueTrace drawn = QueueTrace.draw(Path.of(trace), TRACE);
    queue = new ReadyQueue<>(account(drawn.count()), 0, Orders::of);
    OtherTrees.put(Structure.valueOf(structure), queue);
    long sum = 0;
    for (int i = 0; i < TRACE; i++) {
      ranks[i] = drawn.durationMicros().get(i);
      slacks[i] = ranks[i] * SLACKS[i % SLACKS.length];
      scopes[i] = "f" + drawn.functions().get(i);
      sum += slacks[i];
    }
    stepNanos = Math.max(1, 1_000 * (sum / TRACE) / waiting);
    for (int i = 0; i < waiting; i++) {
      enqueue();
    }
    // Whatever became late meanwhile changes lanes now, and not in the first operation.
    enqueueDispatchSettle();
  }

  /** Enqueue, dispatch, and the slot of the oldest running call given back. */
  @Benchmark
  public Optional<String> enqueueDispatchSettle() {
    enqueue();
    if (running.size() == RUNNING) {
      queue.release(running.remove());
    }
    Optional<String> dispatched = queue.dispatch(nowMicros());
    dispatched.ifPresent(running::add);
    return dispatched;
  }

  /** How many calls wait now. */
  int size() {
    return queue.size();
  }

  private void enqueue() {
    int at = (int) sequence & (TRACE - 1);
    queue.insert(scopes[at], scopes[at], nowMicros() + slacks[at] + ranks[at], ranks[at], sequence);
    sequence++;
  }

  private long nowMicros() {
    return sequence * stepNanos / 1_000;
  }

  private static Account account(int functions) {
    List<ScopeLimit> limits = new ArrayList<>();
    limits.add(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4 * RUNNING));
    for (int i = 0; i < functions; i++) {
      limits.add(new ScopeLimit("f" + i, Optional.of(ScopeLimit.ROOT), RUNNING / 2));
    }
    return new Account(new AccountId("bench"), "sim", 1, Policy.LST_BL, new TreeMap<>(), limits);
  }
}
