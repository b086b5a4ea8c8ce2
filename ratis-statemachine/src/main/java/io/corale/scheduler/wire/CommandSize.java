package io.corale.scheduler.wire;

import com.google.protobuf.CodedOutputStream;
import io.corale.model.Account;
import io.corale.model.Event;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Command;
import io.corale.scheduler.StepHandler;
import io.corale.scheduler.Subscription;
import io.corale.scheduler.Timing;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import java.util.Map;

/** Bounds the size of a command from above without encoding it: the proposer asks for each one. */
final class CommandSize {
  /** Tags, lengths and numbers of one message; none has more than twelve numbers. */
  static final int MESSAGE_BYTES = 128;

  /** Tag and lengths of one key with its value. */
  static final int PAIR_BYTES = 8;

  /** A limit beside the concurrency of a scope: three numbers, each of up to a million. */
  private static final int LIMIT_BYTES = 24;

  /** Tags and lengths of a node with a digest. */
  private static final int DIGEST_BYTES = 24;

  private static final StepHandler<Integer, RuntimeException> STEPS = new StepSize();

  private CommandSize() {}

  static int of(Command command) {
    if (command instanceof Command.Settle settle) {
      return MESSAGE_BYTES
          + text(settle.attempt().call().invocation().value())
          + of(settle.outcome())
          + settle.transition().map(CommandSize::of).orElse(0);
    }
    if (command instanceof Command.Submit submit) {
      return of(submit);
    }
    if (command instanceof Command.Advance advance) {
      return MESSAGE_BYTES + text(advance.invocation().value()) + of(advance.transition());
    }
    if (command instanceof Command.Define define) {
      return MESSAGE_BYTES
          + text(define.composition().name())
          + text(define.composition().version())
          + define.canonical().sizeBytes()
          + define.tellsIn().map(CommandSize::text).orElse(0);
    }
    if (command instanceof Command.Configure configure) {
      return of(configure.account());
    }
    if (command instanceof Command.Entrust entrust) {
      return MESSAGE_BYTES
          + text(entrust.secret().name().value())
          + text(entrust.secret().key())
          + entrust.secret().sealed().size();
    }
    if (command instanceof Command.Cancel cancel) {
      return MESSAGE_BYTES + text(cancel.invocation().value()) + text(cancel.reason());
    }
    if (command instanceof Command.Hold hold) {
      return MESSAGE_BYTES + of(hold.target()) + text(hold.by()) + text(hold.reason());
    }
    if (command instanceof Command.Agree agree) {
      return TermsCodec.sizeBytes(agree.terms());
    }
    if (command instanceof Command.Prioritize prioritize) {
      return MESSAGE_BYTES + text(prioritize.invocation().value()) + text(prioritize.by());
    }
    if (command instanceof Command.Resolve resolve) {
      return MESSAGE_BYTES
          + text(resolve.invocation().value())
          + text(resolve.by())
          + resolve.arguments().map(Payload::standingBytes).orElse(0);
    }
    if (command instanceof Command.Relocation relocation) {
      return MembershipRecords.sizeBytes(relocation);
    }
    if (command instanceof Command.Announce announce) {
      return MESSAGE_BYTES
          + of(announce.event())
          + announce.to().map(id -> text(id.value())).orElse(0);
    }
    if (command instanceof Command.Proved proved) {
      return MESSAGE_BYTES + text(proved.attempt().call().invocation().value());
    }
    if (command instanceof Command.Crashed crashed) {
      return MESSAGE_BYTES + text(crashed.executor().node().node().value());
    }
    if (command instanceof Command.Schedule schedule) {
      return 2 * MESSAGE_BYTES
          + text(schedule.plan().composition().name())
          + text(schedule.plan().composition().version())
          + of(schedule.plan().timing());
    }
    if (command instanceof Command.Aim aim) {
      return MESSAGE_BYTES + text(aim.name());
    }
    if (command instanceof Command.Halt halt) {
      return MESSAGE_BYTES + text(halt.name());
    }
    if (command instanceof Command.Compared compared) {
      return MESSAGE_BYTES
          + text(compared.composition().name())
          + text(compared.composition().version())
          + (compared.verdict() instanceof Command.Compared.Verdict.Taken taken
              ? taken.expected().sizeBytes()
              : 0);
    }
    if (command instanceof Command.Verdict verdict) {
      return MESSAGE_BYTES
          + verdict.digests().keySet().stream()
              .mapToInt(node -> DIGEST_BYTES + text(node.value()))
              .sum();
    }
    if (command instanceof Command.Part part) {
      return MESSAGE_BYTES + part.bytes().size();
    }
    return MESSAGE_BYTES;
  }

  private static int of(Command.Hold.Target target) {
    if (target instanceof Command.Hold.Target.OfInvocation of) {
      return text(of.invocation().value());
    }
    return target instanceof Command.Hold.Target.OfComposition of ? text(of.name()) : 0;
  }

  private static int of(Timing timing) {
    if (timing instanceof Timing.On on) {
      return on.filters().stream().mapToInt(CommandSize::of).sum();
    }
    return timing instanceof Timing.Cron cron ? text(cron.expression()) : 0;
  }

  static int of(Subscription subscription) {
    return 2 * PAIR_BYTES
        + subscription.type().map(CommandSize::text).orElse(0)
        + subscription.source().map(CommandSize::text).orElse(0)
        + subscription.subject().map(CommandSize::text).orElse(0);
  }

  private static int of(Command.Submit submit) {
    return 2 * MESSAGE_BYTES
        + text(submit.invocation().value())
        + text(submit.composition().name())
        + text(submit.composition().version())
        + submit.input().standingBytes()
        + text(submit.caller())
        + pairs(submit.labels())
        + submit.parent().map(p -> text(p.value())).orElse(0)
        + of(submit.transition())
        + text(submit.traceParent());
  }

  private static int of(Account account) {
    int size = MESSAGE_BYTES + text(account.provider()) + pairs(account.settings());
    for (ScopeLimit scope : account.scopes()) {
      size +=
          3 * PAIR_BYTES
              + text(scope.scope())
              + scope.parent().map(CommandSize::text).orElse(0)
              + LIMIT_BYTES * scope.more().size();
    }
    return size;
  }

  private static int of(Outcome outcome) {
    if (outcome instanceof Outcome.Success success) {
      return MESSAGE_BYTES + success.result().standingBytes();
    }
    if (outcome instanceof Outcome.FunctionError error) {
      return MESSAGE_BYTES + text(error.detail());
    }
    if (outcome instanceof Outcome.Throttled throttled) {
      return MESSAGE_BYTES + throttled.scope().map(CommandSize::text).orElse(0);
    }
    if (outcome instanceof Outcome.Unavailable unavailable) {
      return MESSAGE_BYTES + text(unavailable.detail());
    }
    if (outcome instanceof Outcome.Unready unready) {
      return MESSAGE_BYTES + text(unready.detail());
    }
    return outcome instanceof Outcome.NotSent notSent
        ? MESSAGE_BYTES + text(notSent.reason())
        : MESSAGE_BYTES;
  }

  private static int of(Transition transition) {
    int size = MESSAGE_BYTES + 3 * PAIR_BYTES * transition.guards().size();
    size += transition.uncaught().map(its -> PAIR_BYTES * (1 + its.over().size())).orElse(0);
    for (Step step : transition.steps()) {
      size += step.to(STEPS);
    }
    return size;
  }

  static int of(Problem problem) {
    return MESSAGE_BYTES
        + text(problem.type())
        + text(problem.title())
        + text(problem.detail())
        + text(problem.instance());
  }

  static int of(Event event) {
    return 3 * PAIR_BYTES
        + text(event.id())
        + text(event.source())
        + text(event.type())
        + text(event.subject())
        + event.content().sizeBytes();
  }

  private static int pairs(Map<String, String> pairs) {
    int size = 0;
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      size += PAIR_BYTES + text(pair.getKey()) + text(pair.getValue());
    }
    return size;
  }

  static int text(String text) {
    return CodedOutputStream.computeStringSizeNoTag(text);
  }
}
