package io.corale.deploy.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code corale bench cluster}. */
@Command(
    name = "cluster",
    description = {
      "Chains of calls that take no time through three nodes, and bare Ratis beside them.",
      "The floor gets entries of the size that the nodes made: cluster, floor, cluster, floor.",
      "Then chains of one step, one after the other, beside two commits in the place of each.",
      "Ends with 1 if an invocation did not complete."
    },
    mixinStandardHelpOptions = true)
final class ClusterCommand implements Callable<Integer> {
  /** What a superpeer keeps in flight at most, where its entries are full. */
  private static final int FLOOR_WINDOW = 8;

  @Option(names = "--steps", defaultValue = "5", description = "of a chain (default 5)")
  private int steps;

  @Option(names = "--in-flight", defaultValue = "256", description = "invocations (default 256)")
  private int inFlight;

  @Option(
      names = "--payloads",
      split = ",",
      defaultValue = "0",
      description =
          "bytes that each call takes and gives back, such as 100,1024,16384, one after the other"
              + " (default 0: calls take their number only)")
  private List<Integer> payloads = List.of(0);

  @Option(names = "--rounds", defaultValue = "2", description = "of cluster and floor (default 2)")
  private int rounds;

  @Option(
      names = "--warm-up",
      defaultValue = "PT60S",
      description = "not measured, so that compilers are done (default PT60S)")
  private Duration warmUp = Duration.ofSeconds(60);

  @Option(names = "--time", defaultValue = "PT20S", description = "measured (default PT20S)")
  private Duration time = Duration.ofSeconds(20);

  @Option(names = "--directory", paramLabel = "DIR", description = "whose disk is used")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    try {
      int failed = run(here.commandLine().getOut(), loads(here));
      return failed == 0 ? 0 : fails(here, failed + " invocations did not complete");
    } catch (NoFigures e) {
      return fails(here, String.valueOf(e.getMessage()));
    }
  }

  private static int fails(CommandSpec here, String why) {
    PrintWriter err = here.commandLine().getErr();
    err.println(here.qualifiedName() + ": " + why);
    err.flush();
    return 1;
  }

  /** Says how many invocations did not complete. */
  private int run(PrintWriter out, List<ClusterRun.Load> loads) throws Exception {
    int failed = 0;
    for (int round = 0; round < rounds; round++) {
      for (ClusterRun.Load load : loads) {
        failed += compare(out, load);
      }
    }
    return failed;
  }

  private List<ClusterRun.Load> loads(CommandSpec here) {
    List<ClusterRun.Load> loads = new ArrayList<>();
    if (rounds < 1) {
      throw new ParameterException(here.commandLine(), "--rounds must be 1 or more");
    }
    try {
      for (int payload : payloads) {
        loads.add(new ClusterRun.Load(steps, payload, inFlight, warmUp, time));
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(here.commandLine(), String.valueOf(e.getMessage()), e);
    }
    return loads;
  }

  /** Prints cluster and floor; says how many invocations did not complete. */
  private int compare(PrintWriter out, ClusterRun.Load load) throws Exception {
    ClusterFigures cluster = cluster(load);
    out.println(cluster.text());
    out.flush();
    FloorRun.Result full = floor(cluster.entryBytes(), FLOOR_WINDOW);
    out.println(full.text());
    double ratio = cluster.entriesPerSecond() / full.figures().entriesPerSecond();
    out.println(
        String.format(
            Locale.ROOT, "  cluster / floor, in entries as large, or commands: %.2f", ratio));
    out.flush();
    FloorRun.Result single =
        floor(Math.round(cluster.entryBytes() / cluster.commandsPerEntry()), 1);
    out.println(single.text());
    double one = cluster.one().latency().p50Micros();
    out.println(
        String.format(
            Locale.ROOT,
            "  one step / two commits, p50 of one in flight: %.2f",
            one / (2 * single.figures().latency().p50Micros())));
    out.flush();
    return cluster.failed();
  }

  private ClusterFigures cluster(ClusterRun.Load load) throws Exception {
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory))) {
      return ClusterRun.run(scratch.path(), load);
    }
  }

  /** Entries of one "command" each: what stands in them is nothing to bare Ratis. */
  private FloorRun.Result floor(long entryBytes, int window) throws Exception {
    int bytes = (int) Math.min(entryBytes, FloorLoad.MAX_ENTRY_BYTES);
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory))) {
      return FloorRun.run(scratch.path(), new FloorLoad(1, bytes, window, warmUp, time));
    }
  }
}
