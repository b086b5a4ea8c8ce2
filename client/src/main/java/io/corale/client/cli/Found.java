package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What was found out of the limits of accounts by asking their providers, as it is shown. */
final class Found {
  private Found() {}

  /** What owners declared, and what their providers allow. */
  static Table table(List<Door.Discovered> all) {
    Table table = new Table("DISCOVERED", "SCOPE", "DECLARED", "ALLOWED", "SINCE");
    all.forEach(discovered -> rows(table, discovered, Optional.empty()));
    return table;
  }

  /** The same of accounts whose superpeer says when it asked last, and what came of it. */
  static Table askedTable(List<Door.AccountInForce> all) {
    Table table =
        new Table("DISCOVERED", "SCOPE", "DECLARED", "ALLOWED", "SINCE", "ASKED", "TROUBLE");
    for (Door.AccountInForce account : all) {
      Door.Asking asking = account.getAsking();
      if (asking.hasDiscovered()) {
        rows(table, asking.getDiscovered(), Optional.of(asking));
      } else {
        table.row(account.getAccount(), "", "", "", "", ago(asking), asking.getTrouble());
      }
    }
    return table;
  }

  private static void rows(Table table, Door.Discovered found, Optional<Door.Asking> asking) {
    for (Common.Allowance allowance : found.getAllowancesList()) {
      String declared = declared(found, allowance.getScope());
      String since = Instant.ofEpochMilli(found.getSinceWallMillis()).toString();
      if (asking.isPresent()) {
        table.row(
            found.getAccount(),
            allowance.getScope(),
            declared,
            Limits.words(allowance),
            since,
            ago(asking.get()),
            asking.get().getTrouble());
      } else {
        table.row(
            found.getAccount(), allowance.getScope(), declared, Limits.words(allowance), since);
      }
    }
  }

  private static String ago(Door.Asking asking) {
    return Words.seconds(Duration.ofMillis(asking.getAskedMillis())) + " ago";
  }

  private static String declared(Door.Discovered found, String scope) {
    return found.getDeclaredList().stream()
        .filter(each -> each.getScope().equals(scope))
        .findFirst()
        .map(Found::words)
        .orElse("no such scope");
  }

  private static String words(Common.ScopeLimit limit) {
    String more = Limits.words(limit.getMoreList());
    return limit.getConcurrency() + " at once" + (more.isEmpty() ? "" : ", " + more);
  }

  static ObjectNode json(Door.Discovered found) {
    ObjectNode node =
        Json.object()
            .put("account", found.getAccount())
            .put("since", Instant.ofEpochMilli(found.getSinceWallMillis()).toString());
    ArrayNode scopes = node.putArray("scopes");
    for (Common.Allowance allowance : found.getAllowancesList()) {
      scopes
          .addObject()
          .put("scope", allowance.getScope())
          .put("declared", declared(found, allowance.getScope()))
          .put("allowed", Limits.words(allowance));
    }
    return node;
  }

  static ObjectNode json(Door.Asking asking) {
    ObjectNode node =
        Json.object()
            .put("isAnswered", asking.getIsAnswered())
            .put("askedMillis", asking.getAskedMillis())
            .put("trouble", asking.getTrouble());
    if (asking.hasDiscovered()) {
      node.set("discovered", json(asking.getDiscovered()));
    }
    return node;
  }
}
