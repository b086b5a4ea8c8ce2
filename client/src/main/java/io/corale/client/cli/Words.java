package io.corale.client.cli;

import io.corale.wire.Common;
import io.corale.wire.Door;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the cluster says, in words for people. */
final class Words {
  private static final double MICROS_PER_SECOND = 1_000_000;

  private Words() {}

  static String phase(Door.InvocationStatus status) {
    return status.getPhase().name().toLowerCase(Locale.ROOT);
  }

  static String composition(Common.CompositionRef ref) {
    return ref.getName() + ":" + ref.getVersion();
  }

  static String instant(long wallMillis) {
    return Instant.ofEpochMilli(wallMillis).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** What happened; of a kind that only newer nodes know, its number. */
  static String kind(Door.TraceEvent event) {
    return event.getKind() == Door.TraceEvent.Kind.UNRECOGNIZED
        ? "kind_" + event.getKindValue()
        : event.getKind().name().toLowerCase(Locale.ROOT);
  }

  /** Microseconds as seconds, to the millisecond. */
  static String seconds(long micros) {
    return String.format(Locale.ROOT, "%.3f s", micros / MICROS_PER_SECOND);
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1_000.0);
  }

  /** What it began, and how to see it. */
  static String runs(Door.InvocationStatus status) {
    return status.getRuns() + ", see corale list --parent " + status.getInvocation();
  }

  static String calls(Door.InvocationStatus status) {
    return status.getCallsEnded()
        + " ended, "
        + status.getCallsRunning()
        + " running, "
        + status.getCallsQueued()
        + " queued"
        + standstill(status);
  }

  /** Of what waits, what no free slot would help; a call may be both. */
  private static String standstill(Door.InvocationStatus status) {
    List<String> kinds = new ArrayList<>();
    if (status.getCallsHeld() > 0) {
      kinds.add(status.getCallsHeld() + " held");
    }
    if (status.getCallsBarred() > 0) {
      kinds.add(status.getCallsBarred() + " until what is called answers");
    }
    return kinds.isEmpty() ? "" : ", of which " + String.join(" and ", kinds);
  }

  /** How many of its calls wait for a person; empty where none does. */
  static String incidents(Door.InvocationStatus status) {
    int count = status.getIncidents();
    return count == 0 ? "" : ", " + count + (count == 1 ? " incident" : " incidents");
  }

  /** What has been called where, and how often. */
  static String called(Door.IncidentReport report) {
    return report.getFunction()
        + " ("
        + report.getImplementation()
        + "), "
        + report.getAttempts()
        + (report.getAttempts() == 1 ? " attempt" : " attempts");
  }

  /** What holds something up, for how long by now, and why. */
  static String held(Door.HoldReport report) {
    String why = report.getReason().isEmpty() ? "" : ": " + report.getReason();
    String who = report.getHeldBy().isEmpty() ? "" : ", paused by " + report.getHeldBy();
    return "by " + target(report) + " for " + seconds(report.getHeldMicros()) + who + why;
  }

  /** What is held. */
  static String target(Door.HoldReport report) {
    return switch (report.getByCase()) {
      case INVOCATION -> "invocation " + report.getInvocation();
      case COMPOSITION -> "composition " + report.getComposition();
      case OWNER -> "owner";
      case BY_NOT_SET -> "what only newer nodes know";
    };
  }
}
