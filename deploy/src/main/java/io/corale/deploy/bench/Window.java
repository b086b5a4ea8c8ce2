package io.corale.deploy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What happened in a part of a run.
 *
 * @param seconds when it began, since the overload did; negative before
 * @param due how many were, of which {@code unsent} found no room at who offers
 * @param accepted and refused and completed: how many were so in this time
 * @param latency of those that were due in this time and completed, from when they were due
 * @param queued the most calls that waited, and bytes of them; -1 where nobody looked
 */
record Window(
    double seconds,
    int due,
    int unsent,
    int accepted,
    int refused,
    int completed,
    Percentiles latency,
    long queued,
    long queuedBytes) {
  static final String HEADING =
      "     from s    due/s  unsent  accepted/s  refused/s  completed/s     p50 ms     p99 ms  "
          + " queued   queued KB";

  /** Counts while it is filled. */
  private static final class Filling {
    private final Samples latencies = new Samples();
    private int due;
    private int unsent;
    private int accepted;
    private int refused;
    private int completed;
    private long queued = -1;
    private long queuedBytes = -1;

    Window window(double seconds) {
      return new Window(
          seconds,
          due,
          unsent,
          accepted,
          refused,
          completed,
          latencies.percentiles(),
          queued,
          queuedBytes);
    }
  }

  /**
   * Windows of one width, the last of which may be cut off.
   *
   * @param zeroNanos when the overload began
   */
  static List<Window> of(
      List<Offer.View> offers,
      List<QueueSample> samples,
      long zeroNanos,
      long fromNanos,
      long untilNanos,
      long widthNanos) {
    List<Filling> fillings = new ArrayList<>();
    for (long at = fromNanos; at < untilNanos; at += widthNanos) {
      fillings.add(new Filling());
    }
    Place place = new Place(fillings, fromNanos, untilNanos, widthNanos);
    offers.forEach(offer -> count(offer, place));
    for (QueueSample sample : samples) {
      Filling filling = place.at(sample.atNanos());
      filling.queued = Math.max(filling.queued, sample.calls());
      filling.queuedBytes = Math.max(filling.queuedBytes, sample.bytes());
    }
    List<Window> windows = new ArrayList<>();
    for (int i = 0; i < fillings.size(); i++) {
      windows.add(fillings.get(i).window((fromNanos + i * widthNanos - zeroNanos) / 1e9));
    }
    return windows;
  }

  /** Where what happens at a time belongs; what happens beyond all goes where nobody looks. */
  private record Place(List<Filling> fillings, long fromNanos, long untilNanos, long widthNanos) {
    Filling at(long nanos) {
      return nanos < fromNanos || nanos >= untilNanos
          ? new Filling()
          : fillings.get((int) ((nanos - fromNanos) / widthNanos));
    }
  }

  private static void count(Offer.View offer, Place place) {
    Filling due = place.at(offer.dueNanos());
    due.due++;
    if (offer.acceptedNanos() != 0) {
      place.at(offer.acceptedNanos()).accepted++;
    }
    switch (offer.fate()) {
      case UNSENT -> due.unsent++;
      case REFUSED -> place.at(offer.endedNanos()).refused++;
      case COMPLETED -> {
        if (!offer.isFound()) {
          place.at(offer.endedNanos()).completed++;
          due.latencies.add(offer.endedNanos() - offer.dueNanos());
        }
      }
      case FAILED, UNKNOWN, OPEN -> {}
    }
  }

  /** As a row of a table. */
  String text(double width) {
    return String.format(
        Locale.ROOT,
        "  %9.0f %8.0f %7d %11.0f %10.0f %12.0f %10.1f %10.1f %8d %11.1f",
        seconds,
        due / width,
        unsent,
        accepted / width,
        refused / width,
        completed / width,
        latency.p50Micros() / 1e3,
        latency.p99Micros() / 1e3,
        queued,
        queuedBytes < 0 ? -1 : queuedBytes / 1024.0);
  }
}
