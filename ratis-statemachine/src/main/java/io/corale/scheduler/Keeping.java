package io.corale.scheduler;

import io.corale.model.InvocationId;
import java.util.List;

/**
 * Bounds what invocations keep of the events addressed to them.
 *
 * <p>One that is full takes nothing more until somebody has taken something. But what all who
 * listen have passed over must not keep out for ever what one of them waits for: while a branch
 * waits to hear such an event, it is let in, and the oldest that was passed over goes for it.
 */
final class Keeping {
  /** What an invocation keeps while it does not listen. */
  static final int MAX_KEPT = 64;

  /** For what branches waited for and passed over, where nothing else may go. */
  static final int MOST_KEPT = 2 * MAX_KEPT;

  /** Eight of the largest. */
  private static final long MAX_BYTES = Ear.MAX_EVENT_BYTES;

  private final Records records;
  private final Listeners listeners;

  Keeping(Records records, Listeners listeners) {
    this.records = records;
    this.listeners = listeners;
  }

  /**
   * Whether an invocation has room for one more.
   *
   * @param places the ears that it is for
   */
  boolean hasRoom(InvocationId id, List<Listeners.Place> places) {
    List<Mail> kept = records.require(id).kept();
    return !isFull(kept, 1)
        || (places.stream().anyMatch(this::isHearing)
            && (!isFull(kept, 2) || kept.stream().anyMatch(mail -> isPassedOver(id, mail))));
  }

  private boolean isHearing(Listeners.Place place) {
    return records.require(place.branch()).waiting().ears().isHearing(place.ear());
  }

  /** Whether this is so many times what an invocation keeps. */
  private static boolean isFull(List<Mail> kept, int times) {
    return kept.size() >= times * MAX_KEPT
        || kept.stream().mapToLong(mail -> mail.event().sizeBytes()).sum() >= times * MAX_BYTES;
  }

  /** Keeps an event until a branch takes it, and no longer what goes for it. */
  void keep(Pass pass, InvocationId id, Mail mail) {
    Invocation invocation = records.require(id);
    for (Mail old : invocation.kept()) {
      if (isFull(invocation.kept(), 1) && isPassedOver(id, old)) {
        String detail = "kept no longer, for nobody wanted it: " + old.event();
        invocation = invocation.without(old.sequence());
        invocation = invocation.with(pass.event(invocation, TraceEvent.Kind.HEARD, detail));
      }
    }
    records.put(invocation.keeping(mail));
  }

  /** Whether somebody listens for it, and all who do have had it and wanted another. */
  private boolean isPassedOver(InvocationId id, Mail mail) {
    boolean isSeen = false;
    for (Listeners.Place place : listeners.of(id)) {
      Branch branch = records.require(place.branch());
      Ear ear = branch.waiting().ears().find(place.ear()).orElseThrow();
      if (ear.accepts(mail.event())) {
        if (ear.offered() < mail.sequence() || hasHeard(branch, mail)) {
          return false;
        }
        isSeen = true;
      }
    }
    return isSeen;
  }

  private static boolean hasHeard(Branch branch, Mail mail) {
    return branch.pending().orElse(null) instanceof Signal.Heard heard
        && heard.kept() == mail.sequence();
  }
}
