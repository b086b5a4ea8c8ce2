package io.corale.deploy;

import io.corale.client.cli.ClientCommands;
import io.corale.client.cli.Surroundings;
import io.corale.deploy.bench.BenchCommand;
import io.corale.deploy.chaos.ChaosCommand;
import io.corale.deploy.demo.DemoCommand;
import io.corale.deploy.recorder.RecorderCommand;
import io.corale.model.Release;
import io.corale.node.NodeCommand;
import io.corale.node.registry.ZooKeeperCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one command line: assembles every subcommand. */
@Command(
    name = "corale",
    description = "Schedules compositions of serverless functions, without a conductor.",
    mixinStandardHelpOptions = true,
    version = "corale " + Release.VERSION)
public final class Corale {
  private Corale() {}

  /** Runs a subcommand and ends with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine(Surroundings.ofProcess()).execute(arguments));
  }

  static CommandLine commandLine(Surroundings surroundings) {
    CommandLine root =
        new CommandLine(new Corale())
            .addSubcommand(new NodeCommand(NodeLog::to))
            .addSubcommand(new ZooKeeperCommand())
            .addSubcommand(new ValidateCommand())
            .addSubcommand(new GraphCommand())
            .addSubcommand(new RecorderCommand())
            .addSubcommand(new ChaosCommand())
            .addSubcommand(new DemoCommand())
            .addSubcommand(new BenchCommand());
    return ClientCommands.addTo(root, surroundings);
  }
}
