package io.corale.deploy.bench;

import io.corale.node.cell.ElectionTimeouts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code corale bench density}. */
@Command(
    name = "density",
    description = {
      "What many awake cells take of the processes that hold them, each with a little to do.",
      "Needs Linux and the java command of a JDK, to look into the processes.",
      "Ends with 1 if an invocation did not complete."
    },
    mixinStandardHelpOptions = true)
final class DensityCommand implements Callable<Integer> {
  @Option(
      names = "--cells",
      paramLabel = "N",
      defaultValue = "300",
      description = "Owners, of a cell of three replicas each (default: ${DEFAULT-VALUE}).")
  private int cells;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Processes that hold them (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "0.2",
      description =
          "Invocations of one call in a second at each cell, at random times, whatever became of"
              + " those before; 0: none (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--settle",
      defaultValue = "PT1M",
      description =
          "Under the same load, not measured, so that compilers are done"
              + " (default: ${DEFAULT-VALUE}).")
  private Duration settle = Duration.ofMinutes(1);

  @Option(
      names = "--time",
      defaultValue = "PT10M",
      description = "Measured (default: ${DEFAULT-VALUE}).")
  private Duration time = Duration.ofMinutes(10);

  @Option(
      names = "--election-min",
      description =
          "raft.electionMin of the nodes; raft.electionMax is twice as long"
              + " (default: what is fit for so many cells).")
  private @Nullable Duration electionMin;

  @Option(
      names = "--heap",
      paramLabel = "MB",
      defaultValue = "512",
      description = "Of each node, at most (default: ${DEFAULT-VALUE}).")
  private int heap;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Whose disk is used (default: that of temporary files).")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    DensityLoad load = load(here);
    PrintWriter out = here.commandLine().getOut();
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory))) {
      DensityFigures figures = DensityRun.run(scratch.path(), load, said -> say(out, said));
      say(out, figures.text());
      return figures.result().isWhole() ? 0 : fails(here, "not every invocation completed");
    } catch (NoFigures e) {
      return fails(here, String.valueOf(e.getMessage()));
    }
  }

  private DensityLoad load(CommandSpec here) {
    try {
      return new DensityLoad(cells, nodes, rate, settle, time, elections(), heap);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(here.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Each process holds a replica of most cells, or all. */
  private ElectionTimeouts elections() {
    return electionMin == null
        ? ElectionTimeouts.fitFor(cells)
        : new ElectionTimeouts(electionMin, electionMin.multipliedBy(2));
  }

  private static void say(PrintWriter out, String said) {
    out.println(said);
    out.flush();
  }

  private static int fails(CommandSpec here, String why) {
    PrintWriter err = here.commandLine().getErr();
    err.println(here.qualifiedName() + ": " + why);
    err.flush();
    return 1;
  }
}
