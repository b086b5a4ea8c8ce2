package io.corale.deploy.chaos;

import io.corale.deploy.cluster.Trees;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * One way to hurt a cluster of one's own, and the judgement of what it promised. Exit 0: every
 * promise held; 1: one was broken; 2: inconclusive; 3: it could not be played; 64: bad options.
 */
@Command(
    exitCodeOnInvalidInput = 64,
    exitCodeOnExecutionException = 3,
    footer = {
      "",
      "Exit 0: every promise held; 1: one was broken; 2: inconclusive (too little was running);",
      "3: it could not be played; 64: bad options."
    })
abstract class FaultScript implements Callable<Integer> {
  static final int HELD = 0;
  static final int BROKEN = 1;
  static final int INCONCLUSIVE = 2;

  @Mixin private final FaultOptions options = new FaultOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public final Integer call()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Path where =
        options.directory().isPresent()
            ? options.directory().get()
            : Files.createTempDirectory("corale-chaos-");
    Optional<? extends Closeable> prepared = prepare(where);
    if (prepared.isEmpty()) {
      say("INCONCLUSIVE: what it needs is not to be had here; see --help");
      return INCONCLUSIVE;
    }
    int exit;
    try {
      try (FaultStage stage =
          FaultStage.start(
              where, options, nodeConfig(), this::environment, this::build, this::say)) {
        exit = play(stage);
      }
    } finally {
      prepared.get().close();
    }
    if (exit == HELD && options.directory().isEmpty()) {
      Trees.delete(where);
    } else {
      say("data and logs are in " + where);
    }
    return exit;
  }

  /** What must be there before the cluster is; closed after it. Empty where it cannot be had. */
  Optional<? extends Closeable> prepare(Path where) throws IOException, InterruptedException {
    return Optional.of((Closeable) () -> {});
  }

  /** What the nodes' configuration says beside what every script's does, in YAML. */
  String nodeConfig() {
    return "";
  }

  /** What the process of this node has in its environment beside what every process has. */
  Map<String, String> environment(String node) {
    return Map.of();
  }

  /** The distribution of which this node is started; empty: of this build. */
  Optional<Path> build(String node) {
    return Optional.empty();
  }

  /** Hurts the cluster and says what came of it. */
  abstract int play(FaultStage stage)
      throws IOException, InterruptedException, ExecutionException, TimeoutException;

  /**
   * The exit of a script.
   *
   * @param isBusy whether enough was under way when the fault came to prove something
   */
  final int verdict(List<String> violations, boolean isBusy) {
    violations.forEach(violation -> say("VIOLATED " + violation));
    if (!violations.isEmpty()) {
      return BROKEN;
    }
    if (!isBusy) {
      say("INCONCLUSIVE: too little was under way when the fault came");
      return INCONCLUSIVE;
    }
    say("OK: nothing lost, nothing doubled, no limit exceeded");
    return HELD;
  }

  final void say(String line) {
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
