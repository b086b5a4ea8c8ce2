package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.wire.Door;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale schedules}. */
@Command(
    name = "schedules",
    description = {
      "Shows which compositions run by themselves, when next, and how it went.",
      "A schedule is published with its composition; 'stop' and 'start' hold it up and let it go"
          + " on."
    })
final class SchedulesCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  SchedulesCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Door.ScheduleList list = Replies.value(client.schedules());
      if (output.isJson()) {
        ObjectNode node = Json.object();
        ArrayNode schedules = node.putArray("schedules");
        list.getSchedulesList().forEach(each -> schedules.add(json(each)));
        Json.print(connection.out(), node);
      } else {
        print(list);
      }
      return Exit.OK;
    }
  }

  private void print(Door.ScheduleList list) {
    Table table =
        new Table(
            "COMPOSITION",
            "RUNS",
            "OVERLAP",
            "STATE",
            "NEXT",
            "LAST",
            "EVENTS",
            "BEGUN",
            "SKIPPED",
            "RUNNING");
    for (Door.ScheduleReport each : list.getSchedulesList()) {
      table.row(
          Words.composition(each.getComposition()),
          each.getTiming(),
          each.getOverlap(),
          state(each),
          instant(each.getNextWallMillis()),
          each.getLastInvocation(),
          Integer.toString(each.getEvents()),
          Long.toString(each.getBegun()),
          Long.toString(each.getSkipped()),
          Integer.toString(each.getLive()));
    }
    table.print(connection.out());
  }

  /** One that is held says how often there was no room for what is due. */
  private static String state(Door.ScheduleReport report) {
    String state = report.getState().name().toLowerCase(Locale.ROOT);
    return report.getRefusals() == 0 ? state : state + ", no room " + report.getRefusals() + "x";
  }

  private static String instant(long wallMillis) {
    return wallMillis == 0 ? "" : Words.instant(wallMillis);
  }

  private static ObjectNode json(Door.ScheduleReport report) {
    return Json.object()
        .put("composition", Words.composition(report.getComposition()))
        .put("runs", report.getTiming())
        .put("overlap", report.getOverlap())
        .put("state", report.getState().name().toLowerCase(Locale.ROOT))
        .put("nextAt", instant(report.getNextWallMillis()))
        .put("lastAt", instant(report.getLastWallMillis()))
        .put("lastInvocation", report.getLastInvocation())
        .put("events", report.getEvents())
        .put("begun", report.getBegun())
        .put("skipped", report.getSkipped())
        .put("running", report.getLive())
        .put("refusals", report.getRefusals());
  }
}
