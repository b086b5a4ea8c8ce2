package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.model.Terms;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale owner terms}. */
@Command(
    name = "terms",
    description = {
      "Shows how much work is taken on for the owner at once, and how it is divided.",
      "Beyond it a submit is refused as OVERLOADED, with a time to come back; what was accepted"
          + " goes on. A caller of weight 2 gets twice the share of one of weight 1, which all have"
          + " that are not named.",
      "'set' changes it."
    })
final class OwnerTermsCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  OwnerTermsCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Door.TermsReport report = Replies.value(client.terms());
      if (output.isJson()) {
        Json.print(connection.out(), json(report));
      } else {
        print(connection, report);
      }
      return Exit.OK;
    }
  }

  private static ObjectNode json(Door.TermsReport report) {
    Terms terms = Decode.terms(report.getTerms());
    ObjectNode node =
        Json.object()
            .put("version", terms.version())
            .put("maxQueued", terms.maxQueued())
            .put("maxQueuedBytes", terms.maxQueuedBytes())
            .put("maxLive", terms.maxLive())
            .put("submitsPerSecond", terms.submitsPerSecond());
    ObjectNode weights = node.putObject("weights");
    terms.weights().forEach(weights::put);
    return node.put("queued", report.getQueued())
        .put("queuedBytes", report.getQueuedBytes())
        .put("live", report.getLive());
  }

  /** What holds, and how much of it is used now. */
  static void print(ConnectionOptions connection, Door.TermsReport report) {
    Terms terms = Decode.terms(report.getTerms());
    Table table = new Table("WHAT", "MOST", "NOW");
    table.row("waiting calls", number(terms.maxQueued()), number(report.getQueued()));
    table.row(
        "bytes of waiting calls", number(terms.maxQueuedBytes()), number(report.getQueuedBytes()));
    table.row("invocations that run", number(terms.maxLive()), number(report.getLive()));
    table.row(
        "submits per second", terms.limitsSubmits() ? number(terms.submitsPerSecond()) : "any", "");
    terms
        .weights()
        .forEach((caller, weight) -> table.row("weight of " + caller, number(weight), ""));
    table.print(connection.out());
    connection
        .out()
        .println(
            terms.version() == 0
                ? "nothing was agreed: these are the standard terms"
                : "version " + terms.version());
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
