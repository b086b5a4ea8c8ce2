package io.corale.node.route;

import io.corale.flow.CloudEvents;
import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.node.cell.Cell;
import io.corale.scheduler.Command;
import io.corale.scheduler.Result;
import io.corale.scheduler.Urgency;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Turns an event that a caller announces into the command that the log carries: reads what it is
 * found by out of the event itself. Thread-safe.
 */
final class EventAdmission {
  private final Clock wall;

  EventAdmission(Clock wall) {
    this.wall = wall;
  }

  /** Announces; throws {@link IllegalArgumentException} for a field that is wrong in itself. */
  CompletableFuture<Door.Response.Builder> admit(Cell cell, Door.Announce asked) {
    Payload content = new Payload(asked.getEvent());
    if (!content.fitsInline()) {
      return no(
          Refusal.of(
              Refusal.Code.TOO_LARGE,
              "announce.event has "
                  + content.sizeBytes()
                  + " bytes; the limit is "
                  + Payload.MAX_INLINE_BYTES));
    }
    Event event = Decode.in("announce.event", () -> CloudEvents.read(content));
    Optional<InvocationId> to =
        asked.getTo().isEmpty()
            ? Optional.empty()
            : Optional.of(Desk.id("announce.to", asked.getTo()));
    long now = wall.millis();
    long retryUntil = Remembering.until(now, asked.getRetryUntilMillis());
    Optional<Refusal> untimely = Remembering.untimely("announce", now, retryUntil);
    if (untimely.isPresent()) {
      return no(untimely.get());
    }
    Command announce = new Command.Announce(event, to, Remembering.micros(now, retryUntil));
    return cell.propose(announce, Urgency.NEW)
        .thenApply(
            reply ->
                Desk.answer(
                    reply,
                    applied -> announced((Result.Announced) applied.result(), applied.index())));
  }

  private static Door.Response.Builder announced(Result.Announced result, long index) {
    return Door.Response.newBuilder()
        .setAnnounced(
            Door.Announced.newBuilder()
                .setIndex(index)
                .setReached(result.reached())
                .setKnownAlready(result.isKnown()));
  }

  private static CompletableFuture<Door.Response.Builder> no(Refusal refusal) {
    return CompletableFuture.completedFuture(Journey.refused(refusal));
  }
}
