package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.sim.Chance;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * One call in, one call out, with 10^5 calls waiting: through the whole queue with its scopes and
 * lanes, and on the bare trees (ours and the JDK's) with the same keys.
 *
 * <p>Sketch: a dispatch touches about log2(10^5) = 17 nodes of one leaf, most of them out of cache:
 * some 0.5 to 1 us. Goal: at least 1 M calls a second in and out, never slower than TreeMap.
 *
 * <p>The trace: four service classes; each call's latest start time lies its slack behind now. Time
 * moves on by mean slack / waiting calls per call, so that by Little's law the head of the queue
 * stays near now and some calls become late.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class ReadyQueueBenchmark {
  private static final int TRACE = 1 << 16;
  private static final int FUNCTIONS = 20;
  private static final int RUNNING = 64;

  /** Calls that wait. */
  @Param("100000")
  public int waiting;

  private final long[] slacks = new long[TRACE];
  private final long[] ranks = new long[TRACE];
  private final String[] scopes = new String[TRACE];
  private final Deque<String> running = new ArrayDeque<>();
  private final ReadyQueue<String> queue = new ReadyQueue<>(account());
  private final SplayTree<String> splayTree = new SplayTree<>();
  private final TreeMap<Key, String> treeMap = new TreeMap<>();
  private long stepNanos;
  private long sequence;

  private record Key(long key, long tie) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return key != other.key ? Long.compare(key, other.key) : Long.compare(tie, other.tie);
    }
  }

  /** Draws the trace and fills the three structures. */
  @Setup
  public void fill() {
    RandomGenerator chance = new Chance(1).of("trace");
    long sum = 0;
    for (int i = 0; i < TRACE; i++) {
      ranks[i] = (long) (100_000 * Math.exp(chance.nextGaussian()));
      slacks[i] = ranks[i] * new int[] {1, 2, 2, 2, 5, 5, 5, 50}[chance.nextInt(8)];
      scopes[i] = "f" + chance.nextInt(FUNCTIONS);
      sum += slacks[i];
    }
    stepNanos = 1_000 * (sum / TRACE) / waiting;
    for (int i = 0; i < waiting; i++) {
      int at = (int) sequence & (TRACE - 1);
      queue.insert(scopes[at], scopes[at], deadline(at), ranks[at], sequence);
      splayTree.insert(key(at), sequence, scopes[at]);
      treeMap.put(new Key(key(at), sequence), scopes[at]);
      sequence++;
    }
  }

  /** Enqueue, dispatch, and the slot of the oldest running call set free. */
  @Benchmark
  public void readyQueue(Blackhole sink) {
    int at = (int) ++sequence & (TRACE - 1);
    queue.insert(scopes[at], scopes[at], deadline(at), ranks[at], sequence);
    if (running.size() == RUNNING) {
      queue.release(running.remove());
    }
    Optional<String> dispatched = queue.dispatch(nowMicros());
    dispatched.ifPresent(running::add);
    sink.consume(dispatched);
  }

  /** Insert and remove the first, same keys. */
  @Benchmark
  public void bareSplayTree(Blackhole sink) {
    int at = (int) ++sequence & (TRACE - 1);
    splayTree.insert(key(at), sequence, scopes[at]);
    sink.consume(splayTree.removeFirst());
  }

  /** Insert and remove the first, same keys, on the red-black tree of the JDK. */
  @Benchmark
  public void bareTreeMap(Blackhole sink) {
    int at = (int) ++sequence & (TRACE - 1);
    treeMap.put(new Key(key(at), sequence), scopes[at]);
    sink.consume(treeMap.pollFirstEntry());
  }

  private long nowMicros() {
    return sequence * stepNanos / 1_000;
  }

  private long key(int at) {
    return nowMicros() + slacks[at];
  }

  private long deadline(int at) {
    return key(at) + ranks[at];
  }

  private static Account account() {
    List<ScopeLimit> limits = new ArrayList<>();
    limits.add(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4 * RUNNING));
    for (int i = 0; i < FUNCTIONS; i++) {
      limits.add(new ScopeLimit("f" + i, Optional.of(ScopeLimit.ROOT), RUNNING / 8));
    }
    return new Account(new AccountId("bench"), "sim", 1, Policy.LST_BL, new TreeMap<>(), limits);
  }
}
