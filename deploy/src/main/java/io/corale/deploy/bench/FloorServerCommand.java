package io.corale.deploy.bench;

import io.corale.node.cell.RaftSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code corale bench floor-server}: what {@code bench floor} starts three of. */
@Command(name = "floor-server", hidden = true)
final class FloorServerCommand implements Callable<Integer> {
  private static final long POLL_MILLIS = 20;

  @Option(names = "--ports", required = true, split = ",")
  private List<Integer> ports = List.of();

  @Option(names = "--index", required = true)
  private int index;

  @Option(names = "--data", required = true)
  private Path data = Path.of("");

  @Option(names = "--acknowledge-only")
  private boolean acknowledgesOnly;

  @Mixin private final FloorLoadOptions load = new FloorLoadOptions();

  @Spec private @Nullable CommandSpec spec;

  /** Runs until it is stopped; says what it is by lines that begin with a word in capitals. */
  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    RaftSettings settings =
        new RaftSettings(
            data.toAbsolutePath(),
            "localhost",
            "localhost",
            ports.get(index),
            RaftSettings.ELECTION_MIN,
            RaftSettings.ELECTION_MAX);
    try (FloorServer server = FloorServer.start(settings, ports)) {
      say(out, "READY");
      if (acknowledgesOnly) {
        acknowledge(out, server);
      }
      while (!server.leadsAll(ports.size() - 1)) {
        Thread.sleep(POLL_MILLIS);
      }
      say(out, "LEADS");
      FloorFigures figures = server.measure(load.load(), () -> say(out, "MEASURES"));
      if (server.appliedBytes() < figures.entries() * load.load().entryBytes()) {
        throw new IllegalStateException("entries were answered and not applied");
      }
      say(out, figures.line());
      Thread.currentThread().join();
    }
    return 0;
  }

  /** Says when the first entry of each term that it leads is committed, until it is stopped. */
  private static void acknowledge(PrintWriter out, FloorServer server) throws Exception {
    long said = 0;
    while (true) {
      OptionalLong term = server.termLed();
      if (term.isPresent() && term.getAsLong() > said && server.appendsOne()) {
        said = term.getAsLong();
        say(out, FailOverFloor.ACKNOWLEDGED + System.currentTimeMillis());
      }
      Thread.sleep(1);
    }
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
