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
import picocli.CommandLine.Spec;

/** {@code corale bench fail-over}. */
@Command(
    name = "fail-over",
    description = {
      "How long nobody is acknowledged after the superpeer was killed.",
      "In turns with bare Ratis with the same settings, whose leader is killed (kill -9)."
    },
    mixinStandardHelpOptions = true)
final class FailOverCommand implements Callable<Integer> {
  /** A restarted server has caught up by then, so that each round kills one of three. */
  private static final Duration CALM = Duration.ofSeconds(3);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "20",
      description = "How often each is killed (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Whose disk is used (default: that of temporary files).")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    Samples corale = new Samples();
    Samples bare = new Samples();
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory));
        FailOverRun run = FailOverRun.start(scratch.path().resolve("corale"));
        FailOverFloor floor = FailOverFloor.start(scratch.path().resolve("bare"))) {
      for (int round = 1; round <= rounds; round++) {
        Thread.sleep(CALM.toMillis());
        Duration ours = run.failOver();
        Thread.sleep(CALM.toMillis());
        Duration theirs = floor.failOver();
        corale.add(ours.toNanos());
        bare.add(theirs.toNanos());
        out.printf("%d: %d ms, bare %d ms%n", round, ours.toMillis(), theirs.toMillis());
        out.flush();
      }
    }
    out.println("fail-over, kill to next acknowledgement: " + corale.percentiles().text());
    out.println("bare Ratis, kill to next commit:         " + bare.percentiles().text());
    out.flush();
    return 0;
  }
}
