package io.corale.node.observe;

import com.google.protobuf.ByteString;
import io.corale.gossip.netty.Exchanger;
import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.Ending;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.node.cell.CellWatch;
import io.corale.node.discover.DiscoveryWatch;
import io.corale.node.invoke.AttemptWatch;
import io.corale.node.invoke.Landing;
import io.corale.node.provider.ProviderCall;
import io.corale.node.registry.RegistryWatch;
import io.corale.node.route.AdmissionWatch;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Result;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** Counts what the rooms of the node let it see. Thread-safe; never waits. */
public final class Watch
    implements CellWatch, AttemptWatch, RegistryWatch, AdmissionWatch, DiscoveryWatch {
  private static final String NOT_ANSWERED = "unanswered";

  private final Metrics metrics;

  /** When ZooKeeper last answered, by the monotonic clock; 0 before it ever did. */
  private final AtomicLong answeredNanos = new AtomicLong();

  /** Counts here. */
  public Watch(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void proposed(CellId cell, Entry entry, long nanos) {
    metrics.record(Measure.ENTRY_COMMANDS, entry.commands().size(), labels(cell));
    metrics.record(Measure.COMMIT_SECONDS, nanos, labels(cell));
  }

  @Override
  public void proposalFailed(CellId cell) {
    metrics.count(Measure.ENTRIES_FAILED, labels(cell));
  }

  @Override
  public void applied(CellId cell, Entry entry, Applied applied) {
    String owner = cell.owner().value();
    for (int i = 0; i < applied.results().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Submit) {
        submitted(owner, applied.results().get(i));
      }
    }
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Answer answer) {
        metrics.count(Measure.ENDED, name(answer.ending()), owner);
      } else if (effect instanceof Effect.Start start) {
        started(owner, start);
      }
    }
  }

  @Override
  public void waited(String pool, OwnerId owner, long nanos) {
    metrics.record(Measure.POOL_WAIT, nanos, owner.value(), pool);
  }

  @Override
  public void compared(CellId cell, Judgement judgement) {
    metrics.count(
        Measure.COMPARED,
        Integer.toString(cell.number()),
        cell.owner().value(),
        judgement.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void reopened(CellId cell, String cause) {
    metrics.count(Measure.REOPENED, cause, Integer.toString(cell.number()), cell.owner().value());
  }

  @Override
  public void reopeningFailed(CellId cell) {
    metrics.count(Measure.REOPENING_FAILED, labels(cell));
  }

  @Override
  public void repaired(CellId cell, String step) {
    metrics.count(Measure.REPAIRED, Integer.toString(cell.number()), cell.owner().value(), step);
  }

  @Override
  public void repairFailed(CellId cell) {
    metrics.count(Measure.REPAIR_FAILED, labels(cell));
  }

  @Override
  public void overloaded(OwnerId owner, String what) {
    metrics.count(Measure.OVERLOADED, owner.value(), what);
  }

  @Override
  public void asked(OwnerId owner, Account account, boolean isAnswered) {
    metrics.count(
        Measure.LIMITS_ASKED,
        account.id().value(),
        isAnswered ? "answered" : "failed",
        owner.value(),
        account.provider());
  }

  private void submitted(String owner, Result result) {
    if (result instanceof Result.Accepted) {
      metrics.count(Measure.ACCEPTED, owner);
    } else if (result instanceof Result.Refused refused) {
      metrics.count(
          Measure.REFUSED, refused.refusal().code().name().toLowerCase(Locale.ROOT), owner);
    }
  }

  private void started(String owner, Effect.Start start) {
    start
        .waitedMicros()
        .ifPresent(
            micros ->
                metrics.record(
                    Measure.ACCOUNT_WAIT_SECONDS,
                    TimeUnit.MICROSECONDS.toNanos(micros),
                    start.call().account().value(),
                    owner));
  }

  private static String name(Ending ending) {
    if (ending instanceof Ending.Completed) {
      return "completed";
    }
    return ending instanceof Ending.Faulted ? "faulted" : "cancelled";
  }

  private static String[] labels(CellId cell) {
    return new String[] {Integer.toString(cell.number()), cell.owner().value()};
  }

  @Override
  public void landed(CellId cell, ProviderCall call, Landing landing) {
    String provider = call.account().provider();
    metrics.count(Measure.ATTEMPTS, name(landing.outcome()), cell.owner().value(), provider);
    if (landing.outcome() instanceof Outcome.Throttled throttled) {
      metrics.count(
          Measure.THROTTLED,
          call.account().id().value(),
          throttled.isOurs() ? "node" : "provider",
          cell.owner().value(),
          provider);
    }
    metrics.record(Measure.ATTEMPT_WAIT_SECONDS, landing.waitedNanos(), provider);
    if (landing.hasLeft()) {
      metrics.record(Measure.ATTEMPT_SECONDS, landing.flownNanos(), provider);
    }
  }

  private static String name(Outcome outcome) {
    if (outcome instanceof Outcome.Success) {
      return "success";
    }
    if (outcome instanceof Outcome.FunctionError) {
      return "function_error";
    }
    if (outcome instanceof Outcome.Throttled) {
      return "throttled";
    }
    if (outcome instanceof Outcome.TimedOut) {
      return "timed_out";
    }
    if (outcome instanceof Outcome.Unready) {
      return "not_ready";
    }
    return outcome instanceof Outcome.Unavailable ? "unavailable" : "not_sent";
  }

  @Override
  public void ended(Verb verb, boolean isAnswered, long nanos) {
    if (isAnswered) {
      answeredNanos.set(System.nanoTime() | 1); // Never 0, and off by a nanosecond at most.
    }
    metrics.count(Measure.REGISTRY_REQUESTS, verb.word(), isAnswered ? "answered" : NOT_ANSWERED);
    metrics.record(Measure.REGISTRY_SECONDS, nanos, verb.word());
  }

  /** When ZooKeeper last answered, by the monotonic clock; 0 before it ever did. */
  long registryAnsweredNanos() {
    return answeredNanos.get();
  }

  /** Counts the gossip that goes out by this way. */
  public Exchanger watched(Exchanger exchanger) {
    return (address, message) -> {
      metrics.count(Measure.GOSSIP, "sent");
      CompletableFuture<ByteString> answer = exchanger.ask(address, message);
      return answer.whenComplete(
          (heard, failure) -> {
            if (failure != null) {
              metrics.count(Measure.GOSSIP, "lost");
            }
          });
    };
  }

  /** Counts the gossip that comes in by the door. */
  public UnaryOperator<ByteString> watched(UnaryOperator<ByteString> answering) {
    return message -> {
      metrics.count(Measure.GOSSIP, "received");
      return answering.apply(message);
    };
  }
}
