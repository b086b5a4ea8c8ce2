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
import picocli.CommandLine.Spec;

/** {@code corale bench cluster}. */
@Command(
    name = "cluster",
    description = {
      "Chains of calls that take no time through three nodes, and bare Ratis beside them.",
      "The floor gets entries of the size that the nodes made: cluster, floor, cluster, floor."
    },
    mixinStandardHelpOptions = true)
final class ClusterCommand implements Callable<Integer> {
  private static final int WINDOW = 4;

  @Option(names = "--steps", defaultValue = "5", description = "of a chain (default 5)")
  private int steps;

  @Option(names = "--in-flight", defaultValue = "256", description = "invocations (default 256)")
  private int inFlight;

  @Option(names = "--rounds", defaultValue = "2", description = "of cluster and floor (default 2)")
  private int rounds;

  @Option(
      names = "--bytes",
      defaultValue = "250",
      description = "of a command in the floor (default 250, about what a step takes)")
  private int bytes;

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
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      ClusterRun.Result cluster;
      try (Scratch scratch = Scratch.below(Optional.ofNullable(directory))) {
        cluster =
            ClusterRun.run(scratch.path(), new ClusterRun.Load(steps, inFlight, warmUp, time));
      }
      out.println(cluster.text());
      out.flush();
      FloorRun.Result floor;
      try (Scratch scratch = Scratch.below(Optional.ofNullable(directory))) {
        floor =
            FloorRun.run(
                scratch.path(),
                new FloorLoad((int) cluster.commandsPerEntry(), bytes, WINDOW, warmUp, time));
      }
      out.println(floor.text());
      ratios.add(cluster.commandsPerSecond() / floor.commandsPerSecond());
      out.println(
          String.format(Locale.ROOT, "  cluster / floor, in commands/s: %.2f", ratios.get(round)));
      out.flush();
    }
    return 0;
  }
}
