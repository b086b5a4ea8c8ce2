package io.corale.client.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only holds others; said alone it is a misuse. */
@Command
final class CommandGroup implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help and ends.")
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  /** A group with this name and this line of help. */
  static CommandLine of(String name, String description) {
    CommandLine group = new CommandLine(new CommandGroup());
    group.getCommandSpec().name(name).usageMessage().description(description);
    return group;
  }

  boolean wantsHelp() {
    return help;
  }

  @Override
  public void run() {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    throw new ParameterException(
        here.commandLine(),
        "say what to do: one of " + String.join(", ", here.subcommands().keySet()));
  }
}
