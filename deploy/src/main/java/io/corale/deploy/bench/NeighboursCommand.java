package io.corale.deploy.bench;

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

/** {@code corale bench neighbours}. */
@Command(
    name = "neighbours",
    description = {
      "What one owner who floods a node costs the other owners there.",
      "Three nodes and a recorder as provider. Quiet owners start invocations at random times,",
      "first alone, then beside one owner who submits to the node that leads him and some of them"
          + " as",
      "fast as it answers; again and again in turns, so that the machine's moods do not decide.",
      "The flood comes from a process of its own that works where others leave processors idle.",
      "Prints each time, where the time is at the flooded node, its threads, and a line for each",
      "promise and goal.",
      "Needs Linux and the java command of a JDK, to look into the processes.",
      "Ends with 1 if a promise is broken; goals depend on the machine."
    },
    mixinStandardHelpOptions = true)
final class NeighboursCommand implements Callable<Integer> {
  @Option(
      names = "--owners",
      paramLabel = "K",
      defaultValue = "12",
      description = "Quiet ones (default: ${DEFAULT-VALUE}).")
  private int owners;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "5",
      description = "Invocations in a second of each of those (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Alone and beside the flood (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "Of each of the two (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "PT60S",
      description = "Not measured; half of it beside the flood (default: ${DEFAULT-VALUE}).")
  private Duration warmUp = Duration.ofSeconds(60);

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "16",
      description = "Of the flood (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "4",
      description = "That serve those (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--each",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "Submits without an answer on each of those connections (default: ${DEFAULT-VALUE}).")
  private int each;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Whose disk is used (default: that of temporary files).")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    NeighboursPlan plan = plan(here);
    PrintWriter out = here.commandLine().getOut();
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory))) {
      long takes = plan.warmUp().toSeconds() + 2L * rounds * (seconds + 3) + 60;
      say(out, "takes about " + takes + " s");
      NeighboursFigures figures = NeighboursRun.run(scratch.path(), plan, said -> say(out, said));
      say(out, figures.text());
      return figures.isKept() ? 0 : 1;
    } catch (NoFigures e) {
      PrintWriter err = here.commandLine().getErr();
      err.println(here.qualifiedName() + ": " + e.getMessage());
      err.flush();
      return 1;
    }
  }

  private NeighboursPlan plan(CommandSpec here) {
    try {
      return new NeighboursPlan(
          owners, rate, rounds, warmUp, Duration.ofSeconds(seconds), connections, threads, each);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(here.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static void say(PrintWriter out, String said) {
    out.println(said);
    out.flush();
  }
}
