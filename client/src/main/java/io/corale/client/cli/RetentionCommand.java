package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.model.Retention;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale retention}. */
@Command(
    name = "retention",
    description = {
      "Shows how long ended invocations stay readable beyond their receipts, and what is kept.",
      "As long as its caller may ask again, an invocation is remembered in any case. What is kept"
          + " beyond that is in nobody's way: it goes when the memory of the cell is full, the"
          + " oldest end first.",
      "'set' changes it, 'off' keeps nothing."
    })
final class RetentionCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  RetentionCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Door.RetentionReport report = Replies.value(client.retention());
      Retention retention = Decode.retention(report.getRetention());
      if (output.isJson()) {
        ObjectNode node =
            Json.object()
                .put("age", retention.age().toString())
                .put("count", retention.count())
                .put("bytes", retention.sizeBytes())
                .put("kept", report.getKept())
                .put("keptBytes", report.getKeptSizeBytes());
        Json.print(connection.out(), node);
      } else {
        connection.out().println(words(retention));
        connection
            .out()
            .println(
                String.format(
                    Locale.ROOT,
                    "kept now: %,d invocations of %,d bytes",
                    report.getKept(),
                    report.getKeptSizeBytes()));
      }
      return Exit.OK;
    }
  }

  static String words(Retention retention) {
    return retention.isNone()
        ? "nothing is kept beyond its receipt"
        : String.format(
            Locale.ROOT,
            "kept beyond their receipts: at most %s since their end, %,d invocations, %,d bytes",
            retention.age(),
            retention.count(),
            retention.sizeBytes());
  }
}
