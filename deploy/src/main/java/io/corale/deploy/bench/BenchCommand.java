package io.corale.deploy.bench;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code corale bench}. */
@Command(
    name = "bench",
    description = "Measures real processes on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ClusterCommand.class,
      DensityCommand.class,
      FailOverCommand.class,
      FloodCommand.class,
      FloorCommand.class,
      FloorServerCommand.class,
      LimitsCommand.class,
      NeighboursCommand.class,
      OverloadCommand.class,
      PeersCommand.class
    })
public final class BenchCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    throw new ParameterException(here.commandLine(), "say what to measure, such as cluster");
  }
}
