package io.corale.deploy.bench;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code corale bench flood}: what {@code bench neighbours} starts. It floods while there is a file
 * {@code N.begin} and no {@code N.end}, for N from 1 on, until it is stopped.
 */
@Command(name = "flood", hidden = true)
final class FloodCommand implements Callable<Integer> {
  private static final long POLL_MILLIS = 20;
  private static final Duration ANSWER = Duration.ofSeconds(20);

  @Option(names = "--door", required = true)
  private String door = "";

  @Option(names = "--owner", required = true)
  private String owner = "";

  /** Whoever may see the arguments of processes should not see the token. */
  @Option(names = "--token-file", required = true)
  private Path tokenFile = Path.of("");

  @Option(names = "--connections", required = true)
  private int connections;

  @Option(names = "--threads", required = true)
  private int threads;

  @Option(names = "--each", required = true)
  private int each;

  @Option(names = "--orders", required = true)
  private Path orders = Path.of("");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    String token = Files.readString(tokenFile).strip();
    try (DoorCallers callers =
        new DoorCallers(Collections.nCopies(connections, door), owner, token, threads)) {
      say(out, "READY");
      for (int round = 1; true; round++) {
        Flood flood = new Flood(callers, "flood-" + round + "-");
        await(orders.resolve(round + ".begin"));
        flood.begin(connections * each);
        await(orders.resolve(round + ".end"));
        flood.end();
        Flood.Answers answers = flood.answers();
        awaitAnswered(flood);
        say(
            out,
            "ROUND "
                + round
                + " "
                + answers.accepted()
                + " "
                + answers.refused()
                + " "
                + answers.other());
      }
    }
  }

  /**
   * What is without an answer would hold up who comes after it; no longer than it is waited for.
   */
  private static void awaitAnswered(Flood flood) throws InterruptedException {
    long until = System.nanoTime() + ANSWER.toNanos();
    while (flood.open() > 0 && System.nanoTime() < until) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static void await(Path file) throws InterruptedException {
    while (!Files.exists(file)) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
