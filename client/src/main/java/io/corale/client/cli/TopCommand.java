package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.client.Reply;
import io.corale.model.Refusal;
import io.corale.wire.Door;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale top}. */
@Command(
    name = "top",
    description = {
      "Shows every cell, what waits and runs there, and how fast it commits.",
      "Anew each second; q or Ctrl-C ends it. Needs an operator's token. It reads what",
      "'corale metrics' prints, of all nodes that are alive."
    })
final class TopCommand implements Callable<Integer> {
  private static final String CLEAR = "\u001b[H\u001b[2J";
  private static final double NANOS = 1e9;

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  @Option(
      names = "--once",
      description =
          "Prints one table, of two looks one interval apart, and ends; so it does, too, with -o"
              + " json and where no terminal is.")
  private boolean once;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "PT1S",
      description = "Between two looks (default: ${DEFAULT-VALUE}).")
  private Duration interval = Duration.ofSeconds(1);

  private final Map<String, Client> clients = new TreeMap<>();

  TopCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  /** What all nodes said at one moment, and which said nothing. */
  private record Look(long atNanos, Map<String, Scraped> byNode, List<String> silent) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (interval.isNegative() || interval.isZero()) {
      throw CliFailure.usage("--interval must be above zero");
    }
    try (Client any = connection.clustersClient()) {
      Look first = look(any);
      if (once || output.isJson() || !connection.surroundings().isTerminal()) {
        Thread.sleep(interval.toMillis());
        print(first, look(any));
      } else {
        watch(any, first);
      }
      return Exit.OK;
    } finally {
      clients.values().forEach(Client::close);
    }
  }

  private void watch(Client any, Look first) throws IOException, InterruptedException {
    try (Keys keys = Keys.open(connection.surroundings().in())) {
      Look before = first;
      while (!keys.quitWithin(interval)) {
        Look now = look(any);
        connection.out().print(CLEAR);
        print(before, now);
        before = now;
      }
    }
  }

  private Look look(Client any) {
    Map<String, CompletableFuture<Reply<Door.MetricsText>>> asked = new TreeMap<>();
    for (Door.NodeReport node : Replies.value(any.nodes()).getNodesList()) {
      if (node.getState().equals("ALIVE")) {
        asked.put(node.getNode().getNode(), client(node.getDoorAddress()).metrics());
      }
    }
    Map<String, Scraped> byNode = new TreeMap<>();
    List<String> silent = new ArrayList<>();
    asked.forEach(
        (node, reply) -> {
          Reply<Door.MetricsText> heard = reply.join();
          if (heard instanceof Reply.Given<Door.MetricsText> given) {
            byNode.put(node, Scraped.of(node, given.value().getText()));
          } else if (heard instanceof Reply.Refused<Door.MetricsText> refused
              && refused.refusal().code() != Refusal.Code.UNAVAILABLE) {
            throw CliFailure.refused(refused.refusal());
          } else {
            silent.add(node);
          }
        });
    return new Look(System.nanoTime(), byNode, silent);
  }

  private Client client(String door) {
    return clients.computeIfAbsent(door, connection::briefClient);
  }

  private void print(Look before, Look now) {
    double seconds = (now.atNanos - before.atNanos) / NANOS;
    List<TopRow> rows = new ArrayList<>();
    now.byNode.forEach(
        (node, scraped) ->
            rows.addAll(TopRow.of(Optional.ofNullable(before.byNode.get(node)), scraped, seconds)));
    rows.sort(TopRow.ORDER);
    if (output.isJson()) {
      Json.print(connection.out(), TopView.json(rows));
      return;
    }
    TopView.table(rows).print(connection.out());
    for (String node : now.silent) {
      connection.out().println("node " + node + " does not answer");
    }
    connection.out().flush();
  }
}
