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

/** {@code corale bench limits}. */
@Command(
    name = "limits",
    description = {
      "How limits of many kinds are kept and used, where there is more work than they let through.",
      "One owner has accounts at providers that grant so many calls at once in all, so many of each",
      "function, so many starts in a minute, so many in a second, and less than is declared, which",
      "is to be learned. Judged by the providers' own record.",
      "Ends with 1 if a limit that is declared truly was exceeded, or something did not complete."
    },
    mixinStandardHelpOptions = true)
final class LimitsCommand implements Callable<Integer> {
  /** Two windows of the slowest limit and a bit: less says nothing of it. */
  private static final Duration LEAST = Duration.ofSeconds(125);

  @Option(
      names = "--warm-up",
      defaultValue = "PT90S",
      description =
          "Not measured: compilers, connections, and what is to be learned"
              + " (default: ${DEFAULT-VALUE}).")
  private Duration warmUp = Duration.ofSeconds(90);

  @Option(
      names = "--time",
      defaultValue = "PT4M",
      description = "Measured; at least PT2M5S (default: ${DEFAULT-VALUE}).")
  private Duration time = Duration.ofMinutes(4);

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Whose disk is used (default: that of temporary files).")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    if (time.compareTo(LEAST) < 0 || warmUp.isNegative()) {
      throw new ParameterException(
          here.commandLine(), "--time must be at least " + LEAST + ", --warm-up PT0S or more");
    }
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory))) {
      LimitsFigures figures = LimitsRun.run(scratch.path(), warmUp, time);
      PrintWriter out = here.commandLine().getOut();
      out.println(figures.text());
      out.flush();
      return figures.isKept() ? 0 : 1;
    } catch (NoFigures e) {
      PrintWriter err = here.commandLine().getErr();
      err.println(here.qualifiedName() + ": " + e.getMessage());
      err.flush();
      return 1;
    }
  }
}
