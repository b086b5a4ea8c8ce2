package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The rows of {@code corale top} as a table for people or as JSON for programs. */
final class TopView {
  private static final String UNKNOWN = "-";
  private static final double MILLIS = 1_000;

  private TopView() {}

  static Table table(List<TopRow> rows) {
    Table table =
        new Table(
            "OWNER",
            "CELL",
            "SUPERPEER",
            "ROLE",
            "TERM",
            "LIVE",
            "QUEUED",
            "RUNNING",
            "LEASED",
            "LIMIT",
            "ENTRIES/S",
            "CMD/ENTRY",
            "COMMIT P50",
            "P99");
    for (TopRow row : rows) {
      table.row(
          row.owner(),
          row.cell(),
          row.node(),
          row.standing(),
          whole(row.term()),
          whole(row.live()),
          whole(row.queued()),
          whole(row.running()),
          whole(row.leased()),
          whole(row.limit()),
          tenth(row.entriesPerSecond(), ""),
          tenth(row.commandsPerEntry(), ""),
          tenth(row.commitP50() * MILLIS, " ms"),
          tenth(row.commitP99() * MILLIS, " ms"));
    }
    return table;
  }

  private static String whole(double value) {
    return Double.isFinite(value) ? Long.toString(Math.round(value)) : UNKNOWN;
  }

  private static String tenth(double value, String unit) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f%s", value, unit) : UNKNOWN;
  }

  static ObjectNode json(List<TopRow> rows) {
    ObjectNode root = Json.object();
    ArrayNode cells = root.putArray("cells");
    for (TopRow row : rows) {
      ObjectNode each =
          cells
              .addObject()
              .put("owner", row.owner())
              .put("cell", row.cell())
              .put("superpeer", row.node())
              .put("role", row.standing());
      put(each, "term", row.term());
      put(each, "live", row.live());
      put(each, "queued", row.queued());
      put(each, "running", row.running());
      put(each, "leased", row.leased());
      put(each, "limit", row.limit());
      put(each, "entriesPerSecond", row.entriesPerSecond());
      put(each, "commandsPerEntry", row.commandsPerEntry());
      put(each, "commitP50Seconds", row.commitP50());
      put(each, "commitP99Seconds", row.commitP99());
    }
    return root;
  }

  /** JSON has no word for "not a number". */
  private static void put(ObjectNode node, String key, double value) {
    if (!Double.isFinite(value)) {
      node.putNull(key);
    } else if (value == Math.rint(value)) {
      node.put(key, Math.round(value));
    } else {
      node.put(key, value);
    }
  }
}
