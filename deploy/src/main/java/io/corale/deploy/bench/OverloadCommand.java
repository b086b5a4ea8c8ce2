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

/** {@code corale bench overload}. */
@Command(
    name = "overload",
    description = {
      "What becomes of one owner who is offered several times as much as its cluster gets done.",
      "Three nodes and a recorder as provider. First a closed loop finds the peak; then half of",
      "that is offered, then the overload, then half of it again. All but the first is an open",
      "loop: invocations are due at random times, whatever became of those before, and are timed",
      "from when they were due. Callers are at the doors themselves and repeat nothing; half of",
      "their connections are to the superpeer, the others to the other nodes, which pass on.",
      "Prints a series (queue, goodput, refusals, waits), how long refusals took by the nodes' own",
      "measure, memory, and a line for each promise and goal.",
      "With standard options the provider is the bottleneck; --limit 2000 --latency PT0S makes it",
      "the nodes, who then share the processors with whoever loads them. Above some 2,500 refusals",
      "in a second a door reads its callers more slowly, and what is due cannot be sent.",
      "Needs Linux and the java command of a JDK, to look into the processes.",
      "Ends with 1 if a promise is broken; goals depend on the machine."
    },
    mixinStandardHelpOptions = true)
final class OverloadCommand implements Callable<Integer> {
  /** Enough for a figure, where there is so much time. */
  private static final Duration PEAK = Duration.ofSeconds(20);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "Of overload. The peak and what is before take a third of it each, at most 20 s; what is"
              + " after takes 20 to 40 s (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "PT50S",
      description =
          "Not measured: compilers, connections, and receipts, which live for a minute"
              + " (default: ${DEFAULT-VALUE}).")
  private Duration warmUp = Duration.ofSeconds(50);

  @Option(
      names = "--factor",
      paramLabel = "F",
      defaultValue = "3",
      description = "So many times the peak is offered (default: ${DEFAULT-VALUE}).")
  private double factor;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "64",
      description = "Calls that may run at the provider at once (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--latency",
      defaultValue = "PT0.1S",
      description = "Of each call (default: ${DEFAULT-VALUE}).")
  private Duration latency = Duration.ofMillis(100);

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "2000",
      description =
          "Calls that may wait, by the owner's terms; at half of the peak a full queue takes twice"
              + " as long as at the peak alone, and no recovery is shorter"
              + " (default: ${DEFAULT-VALUE}).")
  private int queue;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Whose disk is used (default: that of temporary files).")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    OverloadPlan plan = plan(here);
    PrintWriter out = here.commandLine().getOut();
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory))) {
      say(out, "takes about " + plan.all().plusSeconds(30).toSeconds() + " s");
      OverloadFigures figures = OverloadRun.run(scratch.path(), plan, said -> say(out, said));
      say(out, figures.text());
      return figures.isKept() ? 0 : 1;
    } catch (NoFigures e) {
      PrintWriter err = here.commandLine().getErr();
      err.println(here.qualifiedName() + ": " + e.getMessage());
      err.flush();
      return 1;
    }
  }

  private OverloadPlan plan(CommandSpec here) {
    Duration overload = Duration.ofSeconds(seconds);
    Duration third = overload.dividedBy(3);
    Duration part = third.compareTo(PEAK) < 0 ? third : PEAK;
    try {
      return new OverloadPlan(warmUp, part, part, overload, factor, limit, latency, queue);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(here.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static void say(PrintWriter out, String said) {
    out.println(said);
    out.flush();
  }
}
