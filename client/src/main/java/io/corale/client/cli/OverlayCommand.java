package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.client.Reply;
import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.wire.Door;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale overlay}. */
@Command(
    name = "overlay",
    description = {
      "Shows the schedulers of the whole cluster as one node knows them.",
      "That is where each is led, how many requests it has accepted that have not ended, and how",
      "long ago that node heard so. Other nodes may know more, or less. Needs an operator's token.",
      "'corale nodes' shows the nodes themselves."
    })
final class OverlayCommand implements Callable<Integer> {
  private static final String CLEAR = "\u001b[H\u001b[2J";
  private static final int MAX_PAGE = 1_000;
  private static final int MOST = 100_000;

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  @Option(
      names = "--node",
      paramLabel = "HOST:PORT",
      description = "The door of the node whose view is shown (default: any of --nodes).")
  private @Nullable String node;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many at most, 1 to " + MOST + " (default: ${DEFAULT-VALUE}).")
  private int limit = MAX_PAGE;

  @Option(
      names = "--after",
      paramLabel = "OWNER.CELL",
      description = "Only those after this one, as the last line of a table that is cut names it.")
  private @Nullable String after;

  @Option(
      names = "--watch",
      description = {
        "Shows it anew each interval, at a terminal; q or Ctrl-C ends it, and so does a look that",
        "fails, as when the node is restarted."
      })
  private boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "PT2S",
      description = "Between two looks of --watch (default: ${DEFAULT-VALUE}).")
  private Duration interval = Duration.ofSeconds(2);

  OverlayCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    requireSense();
    Optional<CellId> from = Optional.ofNullable(after).map(OverlayCommand::cell);
    try (Client client = connection.clustersClient(Optional.ofNullable(node))) {
      if (watch) {
        watch(client, from);
      } else {
        print(look(client, from));
      }
      return Exit.OK;
    }
  }

  private void requireSense() {
    if (limit < 1 || limit > MOST) {
      throw CliFailure.usage("--limit must be from 1 to " + MOST + ", was " + limit);
    }
    if (interval.isNegative() || interval.isZero()) {
      throw CliFailure.usage("--interval must be above zero");
    }
    if (watch && (output.isJson() || !connection.surroundings().isTerminal())) {
      throw CliFailure.usage("--watch needs a terminal, and a table: leave it out, and ask again");
    }
  }

  private static CellId cell(String text) {
    int dot = text.lastIndexOf('.');
    try {
      return new CellId(
          new OwnerId(text.substring(0, Math.max(0, dot))),
          Integer.parseInt(text.substring(dot + 1)));
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage("--after must be a cell, such as acme.0, was '" + text + "'");
    }
  }

  private void watch(Client client, Optional<CellId> from)
      throws IOException, InterruptedException {
    try (Keys keys = Keys.open(connection.surroundings().in())) {
      do {
        OverlayView view = look(client, from);
        connection.out().print(CLEAR);
        print(view);
      } while (!keys.quitWithin(interval));
    }
  }

  private void print(OverlayView view) {
    if (output.isJson()) {
      Json.print(connection.out(), view.json());
    } else {
      view.print(connection.out());
    }
  }

  private OverlayView look(Client client, Optional<CellId> from) {
    OverlayView view = new OverlayView();
    Optional<CellId> last = from;
    do {
      view.add(page(client, last, Math.min(MAX_PAGE, limit - view.size())));
      last = view.last();
    } while (view.hasMore() && view.size() < limit);
    return view;
  }

  private static Door.OverlayReport page(Client client, Optional<CellId> last, int most) {
    Reply<Door.OverlayReport> reply = client.overlay(last, most).join();
    if (reply instanceof Reply.Refused<Door.OverlayReport> refused
        && refused.refusal().code() == Refusal.Code.UNSUPPORTED) {
      throw new CliFailure(
          Exit.of(Refusal.Code.UNSUPPORTED),
          "unsupported: the build of this node is older, and shows no schedulers of others; ask a"
              + " newer one by --node");
    }
    return Replies.value(reply);
  }
}
