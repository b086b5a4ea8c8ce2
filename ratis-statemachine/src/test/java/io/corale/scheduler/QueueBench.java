package io.corale.scheduler;

import io.corale.scheduler.OtherTrees.Structure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** {@code deploy/bench/run queue}: runs {@link ReadyQueueBenchmark} and prints what came of it. */
public final class QueueBench {
  private static final int[] WAITING = {1_000, 100_000, 1_000_000};
  private static final int MANY = 100_000;

  private QueueBench() {}

  /**
   * Takes the directory with the trace, and further options: {@code --quick} for a fifth of the
   * time.
   */
  public static void main(String[] arguments) throws RunnerException {
    Path trace = Path.of(arguments.length == 0 ? "../shared/data/azure-slice" : arguments[0]);
    if (!Files.isRegularFile(trace.resolve("durations.csv"))) {
      System.err.println("queue: no trace in " + trace.toAbsolutePath().normalize());
      System.exit(2);
    }
    print(run(trace, arguments.length > 1 && arguments[1].equals("--quick")));
    footprints(trace);
  }

  private static Collection<RunResult> run(Path trace, boolean isQuick) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(ReadyQueueBenchmark.class.getSimpleName())
            .param("trace", trace.toString())
            .param("waiting", strings(WAITING));
    if (isQuick) {
      options.warmupIterations(1).measurementIterations(1);
    }
    return new Runner(options.build()).run();
  }

  private static String[] strings(int[] numbers) {
    String[] strings = new String[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      strings[i] = Integer.toString(numbers[i]);
    }
    return strings;
  }

  private static void print(Collection<RunResult> results) {
    Map<Integer, Map<Structure, Double>> medians = new TreeMap<>();
    for (RunResult result : results) {
      int waiting = Integer.parseInt(result.getParams().getParam("waiting"));
      Structure structure = Structure.valueOf(result.getParams().getParam("structure"));
      double median = result.getPrimaryResult().getStatistics().getPercentile(50);
      medians.computeIfAbsent(waiting, none -> new TreeMap<>()).put(structure, median);
    }
    System.out.println("enqueue + dispatch + settle, medians of the iterations, one thread:");
    medians.forEach(
        (waiting, each) -> {
          double ours = each.getOrDefault(Structure.SPLAY_TREE, Double.NaN);
          each.forEach(
              (structure, median) ->
                  System.out.printf(
                      Locale.ROOT,
                      "%,10d queued  %-15s %,12.0f operations/s  %.2f of the splay tree's%n",
                      waiting,
                      structure,
                      median,
                      median / ours));
        });
  }

  /** What a queued call takes, beside what it carries: its ticket and its place. */
  private static void footprints(Path trace) {
    for (Structure structure : Structure.values()) {
      ReadyQueueBenchmark benchmark = new ReadyQueueBenchmark();
      benchmark.trace = trace.toString();
      benchmark.structure = structure.name();
      benchmark.waiting = 1;
      benchmark.fill();
      long before = used();
      benchmark.waiting = MANY;
      benchmark.fill();
      long after = used();
      System.out.printf(
          Locale.ROOT,
          "%-15s %d bytes for each queued call%n",
          structure,
          (after - before) / benchmark.size());
    }
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
