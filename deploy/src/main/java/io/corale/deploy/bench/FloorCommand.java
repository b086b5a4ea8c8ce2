package io.corale.deploy.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code corale bench floor}. */
@Command(
    name = "floor",
    description = {
      "What bare Ratis does on this machine.",
      "Three processes with the settings of nodes, one group, a state machine that only counts;",
      "the leader appends, as a superpeer does."
    },
    mixinStandardHelpOptions = true)
final class FloorCommand implements Callable<Integer> {
  @Mixin private final FloorLoadOptions options = new FloorLoadOptions();

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Whose disk is used (default: that of temporary files).")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    PrintWriter out = here.commandLine().getOut();
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory))) {
      out.println(FloorRun.run(scratch.path(), load(here)).text());
      out.flush();
    } catch (NoFigures e) {
      here.commandLine().getErr().println(here.qualifiedName() + ": " + e.getMessage());
      return 1;
    }
    return 0;
  }

  private FloorLoad load(CommandSpec here) {
    try {
      return options.load();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(here.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
