package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.model.AccountId;
import io.corale.wire.Door;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale account show}. */
@Command(
    name = "show",
    description = {
      "Shows what is in force of an owner's accounts at this moment, scope by scope.",
      "The node says so that serves the owner's work, which is woken for that.",
      "IN FORCE is how many may run at once: the limit, or fewer by a ramp or by what was learned;",
      "'discovered' stands where the provider allows less than was declared, which is shown below;",
      "PENDING(12 in force) while more runs than a limit allows that was lowered. RATES is what"
          + " was",
      "started in the last window. SHUT is for how long time alone keeps a scope shut: a rate that"
          + " is",
      "used up, or a provider that asked for a pause. Below it stands what does not answer, for"
          + " which",
      "calls wait. What is registered shows 'corale owner show'."
    })
final class AccountShowCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "ACCOUNT", description = "Its name (default: all).")
  private @Nullable String account;

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  AccountShowCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    Optional<AccountId> named = named();
    try (Client client = connection.ownersClient()) {
      Door.AccountsInForce told = Replies.value(client.inForce(named));
      if (output.isJson()) {
        Json.print(connection.out(), json(told));
      } else {
        print(told);
      }
      return Exit.OK;
    }
  }

  private Optional<AccountId> named() {
    try {
      return Optional.ofNullable(account).map(AccountId::new);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private void print(Door.AccountsInForce told) {
    Table table =
        new Table(
            "ACCOUNT",
            "SCOPE",
            "LIMIT",
            "IN FORCE",
            "RUNNING",
            "LEASED",
            "QUEUED",
            "THROTTLED",
            "SHUT",
            "RATES");
    for (Door.AccountInForce each : told.getAccountsList()) {
      for (Door.ScopeInForce scope : each.getScopesList()) {
        table.row(
            each.getAccount(),
            scope.getScope(),
            Integer.toString(scope.getLimit()),
            InForce.words(scope),
            Integer.toString(scope.getRunning()),
            Integer.toString(scope.getLeased()),
            Integer.toString(scope.getQueued()),
            Long.toString(scope.getThrottled()),
            scope.getShutMillis() == 0 ? "" : scope.getShutMillis() + " ms",
            InForce.rates(scope));
      }
    }
    table.print(connection.out());
    List<Door.AccountInForce> asked =
        told.getAccountsList().stream().filter(Door.AccountInForce::hasAsking).toList();
    if (!asked.isEmpty()) {
      connection.out().println();
      Found.askedTable(asked).print(connection.out());
    }
    if (told.getAccountsList().stream().anyMatch(each -> each.getCircuitsCount() > 0)) {
      printCircuits(told);
    }
  }

  /** What does not answer, which most of the time is nothing. */
  private void printCircuits(Door.AccountsInForce told) {
    Table table =
        new Table("DOES NOT ANSWER", "OF", "ACCOUNT", "SCOPE", "WAITING", "LEFT ALONE", "NEXT TRY");
    for (Door.AccountInForce each : told.getAccountsList()) {
      for (Door.Circuit circuit : each.getCircuitsList()) {
        table.row(
            circuit.getFunction() + " (" + circuit.getImplementation() + ")",
            circuit.getComposition(),
            each.getAccount(),
            circuit.getScope(),
            Integer.toString(circuit.getWaiting()),
            circuit.getPauseMillis() + " ms",
            nextTry(circuit));
      }
    }
    connection.out().println();
    table.print(connection.out());
  }

  private static String nextTry(Door.Circuit circuit) {
    if (circuit.getIsTrying()) {
      return "under way";
    }
    return circuit.getTriedInMillis() == 0
        ? "the next call"
        : "in " + circuit.getTriedInMillis() + " ms";
  }

  private static ObjectNode json(Door.AccountsInForce told) {
    ObjectNode all = Json.object();
    ArrayNode accounts = all.putArray("accounts");
    for (Door.AccountInForce each : told.getAccountsList()) {
      ObjectNode node =
          accounts
              .addObject()
              .put("account", each.getAccount())
              .put("version", each.getVersion())
              .put("retriesLeft", each.getRetriesLeft());
      ArrayNode scopes = node.putArray("scopes");
      each.getScopesList().forEach(scope -> scopes.add(json(scope)));
      ArrayNode circuits = node.putArray("circuits");
      each.getCircuitsList().forEach(circuit -> circuits.add(json(circuit)));
      if (each.hasAsking()) {
        node.set("asking", Found.json(each.getAsking()));
      }
    }
    return all;
  }

  private static ObjectNode json(Door.Circuit circuit) {
    return Json.object()
        .put("scope", circuit.getScope())
        .put("composition", circuit.getComposition())
        .put("function", circuit.getFunction())
        .put("implementation", circuit.getImplementation())
        .put("waiting", circuit.getWaiting())
        .put("pauseMillis", circuit.getPauseMillis())
        .put("triedInMillis", circuit.getTriedInMillis())
        .put("isTrying", circuit.getIsTrying());
  }

  private static ObjectNode json(Door.ScopeInForce scope) {
    ObjectNode node =
        Json.object()
            .put("scope", scope.getScope())
            .put("limit", scope.getLimit())
            .put("inForce", Math.max(scope.getConcurrency(), InForce.overhang(scope)))
            .put("source", scope.getSource().name().toLowerCase(Locale.ROOT))
            .put("isPending", InForce.isPending(scope))
            .put("running", scope.getRunning())
            .put("leased", scope.getLeased())
            .put("queued", scope.getQueued())
            .put("throttled", scope.getThrottled())
            .put("shutMillis", scope.getShutMillis());
    ArrayNode rates = node.putArray("rates");
    for (Door.ScopeInForce.RateUse use : scope.getRatesList()) {
      rates.addObject().put("rate", Limits.words(use.getRate())).put("starts", use.getStarts());
    }
    return node;
  }
}
