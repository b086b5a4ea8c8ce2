package io.corale.node.provider.corale;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.node.provider.ProviderCall;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.netty.Connections;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One attempt at another owner: submits, waits for the end, and asks again under the same id where
 * it does not know what became of that, until its time is over.
 *
 * <pre>
 * submit --accepted--> await --ended--> success, whatever the ending
 *   |                    '--unknown--> await again, at the next door
 *   |--refused, and nothing was unknown before--> throttled, unavailable or an error: certain
 *   '--unknown--> submit again: it is the same invocation
 * time over --> cancel it as well as can be; it may have run
 * </pre>
 *
 * <p>Confined: each step begins when the one before has ended.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Every end of a step is handled where it is heard.
final class Errand {
  /** Between two questions of which the first had no answer. */
  private static final long PAUSE_MILLIS = 300;

  /** For a cancel, which nobody waits for. */
  private static final Duration CANCEL = Duration.ofSeconds(5);

  /** One question: a door that does not answer must not take all the time there is. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * What the cell there remembers beyond the timeout. When a call is sent again is counted by the
   * cell here, whose time stands still while nobody leads it: for so long it may.
   */
  private static final Duration BEYOND_TIMEOUT = Duration.ofHours(1);

  /** As long as a cell remembers anything, a day, less what clocks may differ by. */
  private static final Duration MOST_RECEIPT = Duration.ofHours(23);

  private final Connections connections;
  private final Way way;
  private final ProviderCall call;
  private final InvocationId id;
  private final long untilNanos;
  private final boolean isAwaited;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private int door;
  private volatile boolean isAccepted;
  private boolean mayHaveBeenAccepted;

  private Errand(Connections connections, Way way, ProviderCall call, long nowNanos) {
    this.connections = connections;
    this.way = way;
    this.call = call;
    this.id = Keys.invocation(call.owner(), call.attempt().call().toString());
    this.untilNanos = nowNanos + call.timeout().toNanos();
    this.isAwaited = !call.target().getOrDefault("await", "true").equals("false");
  }

  /** The future completes once, and no later than the call's timeout. */
  static CompletableFuture<Outcome> run(
      Connections connections, Way way, ProviderCall call, long nowNanos) {
    Errand errand = new Errand(connections, way, call, nowNanos);
    if (!call.guard().permits()) {
      return CompletableFuture.completedFuture(new Outcome.NotSent("it was too late to send it"));
    }
    errand.outcome.whenComplete((ended, failure) -> errand.over(ended));
    errand.outcome.completeOnTimeout(
        new Outcome.TimedOut(true), call.timeout().toNanos(), TimeUnit.NANOSECONDS);
    errand.submit();
    return errand.outcome;
  }

  /** What nobody waits for any more is cancelled there, too. */
  private void over(Outcome ended) {
    if (outcome.isCancelled() || ended instanceof Outcome.TimedOut) {
      Door.Cancel.Builder cancel =
          Door.Cancel.newBuilder()
              .setInvocation(id.value())
              .setReason("whoever ran it waits for it no more");
      connections.ask(nextDoor(), request(CANCEL, Door.Request.newBuilder().setCancel(cancel)));
    }
  }

  private void submit() {
    Door.Submit.Builder submit =
        Door.Submit.newBuilder()
            .setInvocation(id.value())
            .setComposition(call.target().getOrDefault("composition", ""))
            .setVersion(call.target().getOrDefault("version", ""))
            .setInput(Encode.payload(call.arguments()))
            .setRetryUntilMillis(System.currentTimeMillis() + receipt().toMillis())
            .putLabels("by", call.owner().value())
            .setAwaitEnd(isAwaited);
    ask(Door.Request.newBuilder().setSubmit(submit));
  }

  private Duration receipt() {
    Duration wanted = call.timeout().plus(BEYOND_TIMEOUT);
    return wanted.compareTo(MOST_RECEIPT) < 0 ? wanted : MOST_RECEIPT;
  }

  /** Who leads no more sends nothing more; whoever does by now asks under the same id. */
  private void submitAgain() {
    if (call.guard().permitsMore()) {
      submit();
    } else {
      outcome.complete(
          new Outcome.Unavailable("it may have been accepted, and must not be sent again", true));
    }
  }

  private void await() {
    ask(Door.Request.newBuilder().setAwait(Door.Await.newBuilder().setInvocation(id.value())));
  }

  private void ask(Door.Request.Builder question) {
    Duration left = Duration.ofNanos(untilNanos - System.nanoTime());
    if (outcome.isDone() || left.toMillis() < 1) {
      return; // The timer says the rest.
    }
    Duration wait = left.compareTo(PATIENCE) < 0 ? left : PATIENCE;
    connections
        .ask(nextDoor(), request(wait, question), this::heardMore)
        .whenComplete(
            (response, failure) -> {
              if (failure == null) {
                heard(response);
              } else {
                unknown();
              }
            });
  }

  private Door.Request request(Duration wait, Door.Request.Builder question) {
    return question
        .setEnvelope(
            Door.Envelope.newBuilder()
                .setOwner(way.owner().value())
                .setCredential(way.token())
                .setDeadlineMillis(Math.max(1, wait.toMillis()))
                .setTraceParent(call.traceParent()))
        .build();
  }

  /** Each question at the next of the doors: the one before may have been the reason. */
  private String nextDoor() {
    door++;
    return way.doors().get(door % way.doors().size());
  }

  private void heardMore(Door.Response response) {
    call.sent();
    isAccepted |= response.hasAccepted();
  }

  private void heard(Door.Response response) {
    call.sent();
    switch (response.getWhatCase()) {
      case ENDED -> ended(response.getEnded());
      case ACCEPTED -> {
        isAccepted = true;
        if (isAwaited) {
          await();
        } else {
          succeed(JsonNodeFactory.instance.objectNode().putNull("output"));
        }
      }
      case REFUSED -> refused(Decode.refusal(response.getRefused()));
      default -> unknown();
    }
  }

  /** Asked again under the same id it is the same invocation. */
  private void unknown() {
    mayHaveBeenAccepted = true;
    if (connections.isClosed()) {
      outcome.complete(new Outcome.Unavailable("the node is stopping", true));
      return;
    }
    CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
        .execute(isAccepted ? this::await : this::submitAgain);
  }

  private void refused(Refusal refusal) {
    boolean isOfThisMoment =
        refusal.code() == Refusal.Code.OVERLOADED || refusal.code() == Refusal.Code.UNAVAILABLE;
    if (isAccepted || mayHaveBeenAccepted) {
      if (isOfThisMoment) {
        unknown();
      } else {
        outcome.complete(
            new Outcome.Unavailable(
                "it may have been accepted, but its end cannot be learnt: " + refusal.message(),
                true));
      }
      return;
    }
    outcome.complete(
        switch (refusal.code()) {
          case OVERLOADED -> Outcome.Throttled.byProvider(refusal.retryAfter());
          case UNAVAILABLE -> new Outcome.Unavailable(refusal.message(), false);
          default -> new Outcome.FunctionError(refusal.toString(), false);
        });
  }

  private void ended(Door.Ended message) {
    Ending ending = Decode.ending(message.getEnding());
    ObjectNode end = JsonNodeFactory.instance.objectNode();
    if (ending instanceof Ending.Completed completed) {
      // Put together as text: what is JSON already need not be read.
      outcome.complete(
          new Outcome.Success(Payload.ofJson("{\"output\":" + completed.output().json() + "}")));
      return;
    }
    if (ending instanceof Ending.Faulted faulted) {
      Problem problem = faulted.problem();
      end.putObject("problem")
          .put("type", problem.type())
          .put("status", problem.status())
          .put("title", problem.title())
          .put("detail", problem.detail());
    } else if (ending instanceof Ending.Cancelled cancelled) {
      end.put("cancelled", cancelled.reason());
    }
    succeed(end);
  }

  private void succeed(ObjectNode end) {
    outcome.complete(new Outcome.Success(Payload.ofJson(end.toString())));
  }
}
