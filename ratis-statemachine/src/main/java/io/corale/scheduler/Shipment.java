package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * One text on its way into the log, in parts: the first alone, since with it the log decides
 * whether it has room; then as many as keep it busy (rule 33).
 */
final class Shipment {
  /** As many entries may be on their way; more would only lengthen the queue before results. */
  static final int MOST_PARTS = 4;

  /** Long enough for invocations that hold texts to end; short beside what a caller waits. */
  static final long PATIENCE_NANOS = 60_000_000_000L;

  /** A refused text is not asked for more often. */
  static final Duration RETRY = Duration.ofSeconds(1);

  private final Payload payload;
  private final Set<QueuedCommand> inFlight = new LinkedHashSet<>();

  /** Whether the log has taken its beginning; until then nothing but that is sent. */
  private boolean isBegun;

  private int nextOffset;
  private int receivedBytes;
  private boolean isRefused;
  private long shortSinceNanos;
  private long triedAgainAtNanos;

  Shipment(Payload payload) {
    this.payload = payload;
  }

  Payload.Reference text() {
    return payload.reference();
  }

  boolean isBegun() {
    return isBegun;
  }

  /** Whether there was no room for it when it was asked for last. */
  boolean isRefused() {
    return isRefused;
  }

  boolean rests(long nowNanos) {
    return isRefused && triedAgainAtNanos - nowNanos > 0;
  }

  /** When it is asked for again; of one that rests. */
  long triedAgainAtNanos() {
    return triedAgainAtNanos;
  }

  /** Whether there has been no room for so long that there will be none. */
  boolean isHopeless(long nowNanos) {
    return isRefused && nowNanos - shortSinceNanos >= PATIENCE_NANOS;
  }

  /** The parts that may go now. */
  List<QueuedCommand> next(boolean isNew, ToIntFunction<Command> sizeBytes) {
    int most = isBegun ? MOST_PARTS : 1;
    // Whether there is room, a single byte finds out; each question takes its place in the log.
    int piece = isRefused ? 1 : Command.Part.MAX_BYTES;
    List<QueuedCommand> next = new ArrayList<>();
    while (inFlight.size() < most && nextOffset < payload.sizeBytes()) {
      int end = Math.min(payload.sizeBytes(), nextOffset + piece);
      Command part =
          new Command.Part(
              payload.reference(), nextOffset, isNew, payload.bytes().substring(nextOffset, end));
      next.add(
          new QueuedCommand(
              new QueuedCommand.Asker.Nobody(),
              part,
              sizeBytes.applyAsInt(part),
              isNew ? Urgency.NEW : Urgency.RESULT));
      nextOffset = end;
      inFlight.add(next.get(next.size() - 1));
    }
    return next;
  }

  /** An answer has come; says whether it is for a part that was not recalled. */
  boolean isFor(QueuedCommand part) {
    return inFlight.remove(part);
  }

  /** The log has it up to there; says whether that is all. */
  boolean received(int bytes) {
    isBegun = bytes > 0;
    isRefused = false;
    receivedBytes = bytes;
    if (inFlight.isEmpty()) {
      // Nothing is on its way any more that could follow: parts came in another order, or the log
      // has dropped what it had.
      nextOffset = bytes;
    }
    return bytes >= payload.sizeBytes();
  }

  /** There is no room for it now. */
  void refused(Refusal why, long nowNanos) {
    shortSinceNanos = isRefused ? shortSinceNanos : nowNanos;
    triedAgainAtNanos = nowNanos + Math.max(RETRY.toNanos(), why.retryAfter().toNanos());
    isRefused = true;
    isBegun = false;
    receivedBytes = 0;
    nextOffset = 0;
  }

  /** What runs waits for it, too: it does not queue behind new work, and may have more room. */
  void becomesUrgent(long nowNanos) {
    recall();
    triedAgainAtNanos = nowNanos;
    shortSinceNanos = nowNanos;
  }

  /** What is on its way counts no more; the log takes it for the same part twice. */
  void recall() {
    inFlight.forEach(QueuedCommand::done);
    inFlight.clear();
    nextOffset = receivedBytes;
  }
}
