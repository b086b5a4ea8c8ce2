package io.corale.deploy.recorder;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code corale recorder}: runs a recorder until it is stopped. */
@Command(
    name = "recorder",
    description = {
      "A provider of functions on this machine that remembers every execution.",
      "POST /NAME?latency=PT0.1S&jitter=PT0.05S&failures=5&lost=1&hang=0&limit=8&timeout=PT30S",
      "runs function NAME so (failures, lost, hang: per cent). Functions that say account=A and",
      "accountLimit=N, perSecond=N or perMinute=N share that; above a limit they are answered 429.",
      "GET /_stats, GET /_record, POST /_reset."
    },
    mixinStandardHelpOptions = true)
public final class RecorderCommand implements Callable<Integer> {
  @Option(names = "--port", defaultValue = "0", description = "0 chooses a free one (default)")
  private int port;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.ndjson",
      description = "where every start and end is written; begun anew")
  private Path out = Path.of("");

  @Spec private @org.jspecify.annotations.Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    try (RecorderServer server = RecorderServer.open(port, out)) {
      java.util.Objects.requireNonNull(spec)
          .commandLine()
          .getOut()
          .println("READY " + server.url());
      server.awaitClosed();
    }
    return 0;
  }
}
