package io.corale.deploy.bench;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** The load of the floor on a command line. */
final class FloorLoadOptions {
  @Option(
      names = "--commands",
      paramLabel = "N",
      defaultValue = "100",
      description = "Commands in an entry (default: ${DEFAULT-VALUE}).")
  private int commands;

  @Option(
      names = "--bytes",
      paramLabel = "B",
      defaultValue = "200",
      description = "Bytes of a command (default: ${DEFAULT-VALUE}).")
  private int bytes;

  @Option(
      names = "--window",
      paramLabel = "W",
      defaultValue = "4",
      description = "Entries in flight (default: ${DEFAULT-VALUE}; a superpeer keeps 2 to 8).")
  private int window;

  @Option(
      names = "--warm-up",
      paramLabel = "DURATION",
      defaultValue = "PT5S",
      description = "Not measured, so that compilers are done (default: ${DEFAULT-VALUE}).")
  private Duration warmUp = Duration.ofSeconds(5);

  @Option(
      names = "--time",
      paramLabel = "DURATION",
      defaultValue = "PT10S",
      description = "Measured (default: ${DEFAULT-VALUE}).")
  private Duration time = Duration.ofSeconds(10);

  FloorLoad load() {
    return new FloorLoad(commands, bytes, window, warmUp, time);
  }

  static List<String> arguments(FloorLoad load) {
    return List.of(
        "--commands=" + load.commandsPerEntry(),
        "--bytes=" + load.commandBytes(),
        "--window=" + load.window(),
        "--warm-up=" + load.warmUp(),
        "--time=" + load.measured());
  }
}
