package io.corale.client;

import io.corale.model.Refusal;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One request on its way to a definite answer, from node to node, always under the same id.
 *
 * <p>A refusal by a node that does not serve for now, and an attempt of which nothing was heard,
 * lead to another attempt. After an attempt of the second kind a later refusal is not definite any
 * more: the first attempt may have been carried out. Then the answer is {@code Unknown}.
 *
 * <p>Confined: each attempt begins after the one before has ended.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // Every end of an attempt is handled where it is heard.
final class Asking {
  private final Line line;
  private final Doors doors;
  private final RandomChance chance;
  private final Door.Request request;
  private final Consumer<Door.Response> more;
  private final CompletableFuture<Door.Response> answer = new CompletableFuture<>();
  private final long begunNanos;

  private Patience patience;
  private int failed;
  private boolean mayHaveBeenCarriedOut;
  private volatile boolean acknowledged;

  /** Chance as a port, so that tests repeat. */
  @FunctionalInterface
  interface RandomChance {
    /** In [0, 1). */
    double draw();
  }

  /** What all requests of a client share. */
  record Means(Line line, Doors doors, RandomChance chance) {}

  private Asking(
      Means means, Door.Request request, Patience patience, Consumer<Door.Response> more) {
    this.line = means.line();
    this.doors = means.doors();
    this.chance = means.chance();
    this.request = request;
    this.patience = patience;
    this.more = more;
    this.begunNanos = line.nowNanos();
  }

  /**
   * Asks until there is a definite answer or patience ends. Once {@code more} was given a response,
   * no further attempt is made: an {@code Unknown} then is the caller's to follow up.
   */
  static CompletableFuture<Door.Response> ask(
      Means means, Door.Request request, Patience patience, Consumer<Door.Response> more) {
    Asking asking = new Asking(means, request, patience, more);
    asking.attempt();
    return asking.answer;
  }

  private void attempt() {
    if (!line.isOpen()) {
      finish(refused(Refusal.of(Refusal.Code.UNAVAILABLE, "this client is closed")));
      return;
    }
    String address = doors.next();
    Duration left = patience.inAll().minusNanos(line.nowNanos() - begunNanos);
    Duration wait = left.compareTo(patience.answered()) < 0 ? left : patience.answered();
    Door.Request timed =
        request.toBuilder()
            .setEnvelope(
                request.getEnvelope().toBuilder().setDeadlineMillis(Math.max(1, wait.toMillis())))
            .build();
    AtomicBoolean heard = new AtomicBoolean();
    CompletableFuture<Door.Response> attempt =
        line.ask(
            address,
            timed,
            response -> {
              heard.set(true);
              acknowledged = true;
              doors.answered(address, response.getNextDoor());
              more.accept(response);
            });
    AtomicBoolean over = new AtomicBoolean();
    attempt.whenComplete(
        (response, failure) -> {
          if (over.compareAndSet(false, true)) {
            heard(address, response == null ? unknown(String.valueOf(failure)) : response);
          }
        });
    if (patience.acknowledged().compareTo(wait) < 0) {
      line.after(
          patience.acknowledged(),
          () -> {
            if (!heard.get() && over.compareAndSet(false, true)) {
              attempt.cancel(false);
              heard(address, unknown(address + " did not answer in " + patience.acknowledged()));
            }
          });
    }
  }

  private void heard(String address, Door.Response response) {
    if (response.hasRefused()) {
      refused(address, response);
    } else if (response.hasUnknown()) {
      mayHaveBeenCarriedOut = true;
      patience = patience.longer();
      doors.failed(address);
      failed(response, Duration.ZERO);
    } else {
      doors.answered(address, response.getNextDoor());
      answer.complete(response);
    }
  }

  private void refused(String address, Door.Response response) {
    Refusal refusal = refusal(response);
    boolean mayBeServedLater =
        switch (refusal.code()) {
          case UNAVAILABLE, OVERLOADED -> true;
          case INCOMPATIBLE -> failed + 1 < doors.size(); // During an upgrade another node may do.
          default -> false;
        };
    if (mayBeServedLater) {
      doors.failed(address);
      failed(response, refusal.retryAfter());
    } else {
      finish(response);
    }
  }

  private void failed(Door.Response response, Duration notBefore) {
    failed++;
    Duration pause = Patience.pause(failed, chance.draw());
    if (notBefore.compareTo(pause) > 0) {
      pause = notBefore;
    }
    Duration elapsed = Duration.ofNanos(line.nowNanos() - begunNanos);
    boolean isOver = elapsed.plus(pause).compareTo(patience.inAll()) >= 0;
    if (acknowledged || isOver || !line.isOpen() || failed >= Patience.MAX_ATTEMPTS) {
      finish(response);
    } else {
      line.after(pause, this::attempt);
    }
  }

  private void finish(Door.Response last) {
    if (last.hasRefused() && mayHaveBeenCarriedOut && !isQuestion(request)) {
      answer.complete(
          unknown(
              "an earlier attempt may have been carried out; the last one was refused: "
                  + last.getRefused().getMessage()));
    } else {
      answer.complete(last);
    }
  }

  /** Without a time nothing is done, however often it is asked for (ADR 32). */
  private static boolean isQuestion(Door.Request request) {
    return switch (request.getWhatCase()) {
      case HOLD -> request.getHold().getUntilMicros() == 0;
      case PRIORITIZE -> request.getPrioritize().getUntilMicros() == 0;
      case RESOLVE_INCIDENT -> request.getResolveIncident().getUntilMicros() == 0;
      default -> false;
    };
  }

  /** A refusal that cannot be read comes from a build that is too new. */
  static Refusal refusal(Door.Response response) {
    try {
      return Decode.refusal(response.getRefused());
    } catch (IllegalArgumentException e) {
      return Refusal.of(Refusal.Code.INCOMPATIBLE, String.valueOf(e.getMessage()));
    }
  }

  static Door.Response unknown(String message) {
    return Door.Response.newBuilder()
        .setUnknown(Door.Unknown.newBuilder().setMessage(message))
        .build();
  }

  static Door.Response refused(Refusal refusal) {
    return Door.Response.newBuilder().setRefused(Encode.refusal(refusal)).build();
  }

  /** The index that the answer was read at, if it carries one (rule 26). */
  static Optional<Long> index(Door.Response response) {
    return switch (response.getWhatCase()) {
      case ACCEPTED -> Optional.of(response.getAccepted().getIndex());
      case ENDED -> Optional.of(response.getEnded().getIndex());
      case STATUS -> Optional.of(response.getStatus().getIndex());
      case TRACE -> Optional.of(response.getTrace().getStatus().getIndex());
      case EXPLAINED -> Optional.of(response.getExplained().getTrace().getStatus().getIndex());
      case LIST -> Optional.of(response.getList().getIndex());
      case DONE -> Optional.of(response.getDone().getIndex());
      case SCHEDULES -> Optional.of(response.getSchedules().getIndex());
      case TERMS -> Optional.of(response.getTerms().getIndex());
      case RETENTION -> Optional.of(response.getRetention().getIndex());
      case ACCOUNTS -> Optional.of(response.getAccounts().getIndex());
      case ANNOUNCED -> Optional.of(response.getAnnounced().getIndex());
      case HOLDS -> Optional.of(response.getHolds().getIndex());
      case INCIDENTS -> Optional.of(response.getIncidents().getIndex());
      default -> Optional.empty();
    };
  }
}
