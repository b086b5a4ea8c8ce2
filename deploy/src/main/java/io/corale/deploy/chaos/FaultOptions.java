package io.corale.deploy.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every fault script can be told. */
final class FaultOptions {
  @Option(
      names = "--invocations",
      defaultValue = "200",
      description = "acknowledged before the fault (default ${DEFAULT-VALUE})")
  private int invocations;

  @Option(
      names = "--limit",
      defaultValue = "8",
      description = "the provider's concurrency limit (default ${DEFAULT-VALUE})")
  private int limit;

  @Option(
      names = "--steps",
      defaultValue = "5",
      description = "calls of each invocation, one after the other (default ${DEFAULT-VALUE})")
  private int steps;

  @Option(
      names = "--call",
      paramLabel = "DURATION",
      defaultValue = "PT0.1S",
      description = "how long each call takes at the provider (default ${DEFAULT-VALUE})")
  private Duration call = Duration.ofMillis(100);

  @Option(
      names = "--fast-retry",
      description = "the provider's account waits for no fence of a crashed superpeer")
  private boolean retriesFast;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "for data and logs; kept (default: a temporary one, deleted if all held)")
  private @Nullable Path directory;

  int invocations() {
    return invocations;
  }

  int limit() {
    return limit;
  }

  int steps() {
    return steps;
  }

  Duration call() {
    return call;
  }

  boolean retriesFast() {
    return retriesFast;
  }

  Optional<Path> directory() {
    return Optional.ofNullable(directory);
  }
}
