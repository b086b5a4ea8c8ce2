package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale owner show}. */
@Command(
    name = "show",
    description = {
      "Shows the accounts and compositions of an owner.",
      "",
      "Of an account whose provider is asked for limits it shows these, too: the smaller of what"
          + " is",
      "allowed and of what was declared is in force."
    })
final class OwnerShowCommand implements Callable<Integer> {
  /** A node asks the registry again after 5 s, unless it cannot. */
  private static final Duration OLD = Duration.ofSeconds(10);

  @Parameters(arity = "0..1", paramLabel = "OWNER", description = "Its name (default: --owner).")
  private @Nullable String named;

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  OwnerShowCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient(Optional.ofNullable(named))) {
      Door.OwnerReport report = Replies.value(client.describe());
      if (output.isJson()) {
        Json.print(connection.out(), json(report));
      } else {
        print(report);
      }
      return Exit.OK;
    }
  }

  private void print(Door.OwnerReport report) {
    Table accounts =
        new Table("ACCOUNT", "PROVIDER", "POLICY", "RETRY", "SCOPE", "IN", "LIMIT", "MORE");
    for (Common.Account account : report.getAccountsList()) {
      for (Common.ScopeLimit scope : account.getScopesList()) {
        accounts.row(
            account.getId(),
            account.getProvider(),
            account.getPolicy().name().toLowerCase(Locale.ROOT),
            account.getRetriesFast() ? "fast" : "strict",
            scope.getScope(),
            scope.getParent(),
            Integer.toString(scope.getConcurrency()),
            Limits.words(scope.getMoreList()));
      }
    }
    accounts.print(connection.out());
    if (report.getDiscoveredCount() > 0) {
      connection.out().println();
      Found.table(report.getDiscoveredList()).print(connection.out());
    }
    connection.out().println();
    Table compositions = new Table("COMPOSITION", "VERSION");
    for (Common.CompositionRef ref : report.getCompositionsList()) {
      compositions.row(ref.getName(), ref.getVersion());
    }
    compositions.print(connection.out());
    Duration age = Duration.ofMillis(report.getAgeMillis());
    if (age.compareTo(OLD) > 0) {
      connection.out().println();
      connection
          .out()
          .println("This is " + Words.seconds(age) + " old: the node cannot ask the registry.");
    }
  }

  private static ObjectNode json(Door.OwnerReport report) {
    ObjectNode node = Json.object().put("owner", report.getOwner());
    ArrayNode accounts = node.putArray("accounts");
    for (Common.Account account : report.getAccountsList()) {
      ObjectNode each =
          accounts
              .addObject()
              .put("account", account.getId())
              .put("provider", account.getProvider())
              .put("version", account.getVersion())
              .put("policy", account.getPolicy().name().toLowerCase(Locale.ROOT))
              .put("retriesFast", account.getRetriesFast());
      ObjectNode settings = each.putObject("settings");
      account.getSettingsMap().forEach(settings::put);
      ArrayNode scopes = each.putArray("scopes");
      for (Common.ScopeLimit scope : account.getScopesList()) {
        ArrayNode more =
            scopes
                .addObject()
                .put("scope", scope.getScope())
                .put("parent", scope.getParent())
                .put("concurrency", scope.getConcurrency())
                .putArray("more");
        scope.getMoreList().forEach(limit -> more.add(Limits.words(limit)));
      }
    }
    ArrayNode discovered = node.putArray("discovered");
    report.getDiscoveredList().forEach(found -> discovered.add(Found.json(found)));
    ArrayNode compositions = node.putArray("compositions");
    report.getCompositionsList().forEach(ref -> compositions.add(Words.composition(ref)));
    node.put("ageMillis", report.getAgeMillis());
    return node;
  }
}
