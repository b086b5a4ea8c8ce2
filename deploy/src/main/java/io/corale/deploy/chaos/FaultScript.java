package io.corale.deploy.chaos;

import io.corale.deploy.cluster.Trees;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * One way to hurt a cluster of one's own, and the judgement of what it promised. Exit 0: every
 * promise held; 1: one was broken; 2: inconclusive.
 */
abstract class FaultScript implements Callable<Integer> {
  static final int HELD = 0;
  static final int BROKEN = 1;
  static final int INCONCLUSIVE = 2;

  @Mixin private final FaultOptions options = new FaultOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public final Integer call() throws IOException, InterruptedException, ExecutionException {
    Path where =
        options.directory().isPresent()
            ? options.directory().get()
            : Files.createTempDirectory("corale-chaos-");
    int exit;
    try (FaultStage stage = FaultStage.start(where, options, this::say)) {
      exit = play(stage);
    }
    if (exit == HELD && options.directory().isEmpty()) {
      Trees.delete(where);
    } else {
      say("data and logs are in " + where);
    }
    return exit;
  }

  /** Hurts the cluster and says what came of it. */
  abstract int play(FaultStage stage) throws IOException, InterruptedException, ExecutionException;

  /** The exit of a script that could see what it wanted to. */
  final int verdict(List<String> violations) {
    violations.forEach(violation -> say("VIOLATED " + violation));
    if (!violations.isEmpty()) {
      return BROKEN;
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
