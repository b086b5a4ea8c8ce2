package io.corale.deploy;

import io.corale.client.cli.ClientCommands;
import io.corale.client.cli.Surroundings;
import io.corale.node.NodeCommand;
import io.corale.node.registry.ZooKeeperCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one command line: assembles every subcommand. */
@Command(
    name = "corale",
    description = "Schedules compositions of serverless functions, without a conductor.",
    mixinStandardHelpOptions = true,
    version = "corale 0.1.0",
    subcommands = {NodeCommand.class, ZooKeeperCommand.class})
public final class Corale {
  private Corale() {}

  /** Runs a subcommand and ends with its exit code. */
  public static void main(String[] arguments) {
    CommandLine root = new CommandLine(new Corale());
    System.exit(ClientCommands.addTo(root, Surroundings.ofProcess()).execute(arguments));
  }
}
