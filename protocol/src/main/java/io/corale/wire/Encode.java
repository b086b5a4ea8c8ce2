package io.corale.wire;

import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.Allowance;
import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.Incarnation;
import io.corale.model.Limit;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.model.Retention;
import io.corale.model.Right;
import io.corale.model.ScopeLimit;
import io.corale.model.SealedSecret;
import io.corale.model.ServiceClass;
import io.corale.model.Terms;

/** Writes the values of the model as the messages that carry them; {@link Decode} reads them. */
public final class Encode {
  private Encode() {}

  public static Common.Payload payload(Payload payload) {
    ByteString bytes = payload.bytes();
    return Common.Payload.newBuilder().setInline(bytes).build();
  }

  public static Common.Problem problem(Problem problem) {
    return Common.Problem.newBuilder()
        .setType(problem.type())
        .setStatus(problem.status())
        .setTitle(problem.title())
        .setDetail(problem.detail())
        .setInstance(problem.instance())
        .build();
  }

  public static Common.Ending ending(Ending ending) {
    Common.Ending.Builder message = Common.Ending.newBuilder();
    if (ending instanceof Ending.Completed completed) {
      message.setCompleted(payload(completed.output()));
    } else if (ending instanceof Ending.Faulted faulted) {
      message.setFaulted(problem(faulted.problem()));
    } else if (ending instanceof Ending.Cancelled cancelled) {
      message.setCancelled(cancelled.reason());
    }
    return message.build();
  }

  public static Common.Refusal refusal(Refusal refusal) {
    return Common.Refusal.newBuilder()
        .setCode(refusalCode(refusal.code()))
        .setMessage(refusal.message())
        .setRetryAfterMillis(Math.max(0, refusal.retryAfter().toMillis()))
        .build();
  }

  public static Common.Refusal.Code refusalCode(Refusal.Code code) {
    return switch (code) {
      case INVALID -> Common.Refusal.Code.INVALID;
      case UNAUTHENTICATED -> Common.Refusal.Code.UNAUTHENTICATED;
      case FORBIDDEN -> Common.Refusal.Code.FORBIDDEN;
      case NOT_FOUND -> Common.Refusal.Code.NOT_FOUND;
      case CONFLICT -> Common.Refusal.Code.CONFLICT;
      case TOO_LARGE -> Common.Refusal.Code.TOO_LARGE;
      case EXPIRED -> Common.Refusal.Code.EXPIRED;
      case OVERLOADED -> Common.Refusal.Code.OVERLOADED;
      case UNAVAILABLE -> Common.Refusal.Code.UNAVAILABLE;
      case UNSUPPORTED -> Common.Refusal.Code.UNSUPPORTED;
      case INCOMPATIBLE -> Common.Refusal.Code.INCOMPATIBLE;
    };
  }

  public static Common.Account account(Account account) {
    Common.Account.Builder message =
        Common.Account.newBuilder()
            .setId(account.id().value())
            .setProvider(account.provider())
            .setVersion(account.version())
            .setPolicy(policy(account.policy()))
            .putAllSettings(account.settings())
            .setRetriesFast(account.retriesFast());
    for (ScopeLimit scope : account.scopes()) {
      message.addScopes(scope(scope));
    }
    return message.build();
  }

  public static Common.Allowance allowance(Allowance allowance) {
    Common.Allowance.Builder message =
        Common.Allowance.newBuilder()
            .setScope(allowance.scope())
            .setConcurrency(allowance.concurrency().orElse(0));
    allowance.rates().forEach(rate -> message.addRates(limit(rate).getRate()));
    return message.build();
  }

  public static Common.ScopeLimit scope(ScopeLimit scope) {
    Common.ScopeLimit.Builder message =
        Common.ScopeLimit.newBuilder()
            .setScope(scope.scope())
            .setParent(scope.parent().orElse(""))
            .setConcurrency(scope.concurrency());
    for (Limit limit : scope.more()) {
      message.addMore(limit(limit));
    }
    return message.build();
  }

  public static Common.Limit limit(Limit limit) {
    Common.Limit.Builder message = Common.Limit.newBuilder();
    if (limit instanceof Limit.Rate rate) {
      message.setRate(
          Common.Limit.Rate.newBuilder()
              .setStarts(rate.starts())
              .setWindow(
                  switch (rate.window()) {
                    case SECOND -> Common.Limit.Rate.Window.SECOND;
                    case MINUTE -> Common.Limit.Rate.Window.MINUTE;
                  }));
    } else if (limit instanceof Limit.Ramp ramp) {
      message.setRamp(
          Common.Limit.Ramp.newBuilder()
              .setFrom(ramp.from())
              .setStep(ramp.step())
              .setIntervalMillis(ramp.interval().toMillis()));
    } else if (limit instanceof Limit.Learned learned) {
      message.setLearned(Common.Limit.Learned.newBuilder().setFrom(learned.from()));
    }
    return message.build();
  }

  public static Common.SealedSecret secret(SealedSecret secret) {
    return Common.SealedSecret.newBuilder()
        .setName(secret.name().value())
        .setVersion(secret.version())
        .setChangedWallMillis(secret.changedWallMillis())
        .setKey(secret.key())
        .setSealed(secret.sealed())
        .build();
  }

  public static Common.Retention retention(Retention retention) {
    return Common.Retention.newBuilder()
        .setAgeMicros(retention.age().toNanos() / 1_000)
        .setCount(retention.count())
        .setSizeBytes(retention.sizeBytes())
        .build();
  }

  public static Common.Terms terms(Terms terms) {
    Common.Terms.Builder message =
        Common.Terms.newBuilder()
            .setVersion(terms.version())
            .setMaxQueued(terms.maxQueued())
            .setMaxQueuedBytes(terms.maxQueuedBytes())
            .setMaxLive(terms.maxLive())
            .setSubmitsPerSecond(terms.submitsPerSecond());
    terms
        .weights()
        .forEach(
            (caller, weight) ->
                message.addWeights(
                    Common.Terms.Weight.newBuilder().setCaller(caller).setWeight(weight)));
    return message.build();
  }

  public static Common.Policy policy(Policy policy) {
    return switch (policy) {
      case FIFO -> Common.Policy.FIFO;
      case EDF -> Common.Policy.EDF;
      case LST_BL -> Common.Policy.LST_BL;
    };
  }

  public static Common.CompositionRef composition(CompositionRef ref) {
    return Common.CompositionRef.newBuilder().setName(ref.name()).setVersion(ref.version()).build();
  }

  public static Common.Incarnation incarnation(Incarnation incarnation) {
    return Common.Incarnation.newBuilder()
        .setNode(incarnation.node().value())
        .setBoot(incarnation.boot())
        .build();
  }

  public static Common.ServiceClass serviceClass(ServiceClass serviceClass) {
    return switch (serviceClass) {
      case URGENT -> Common.ServiceClass.URGENT;
      case INTERACTIVE -> Common.ServiceClass.INTERACTIVE;
      case STANDARD -> Common.ServiceClass.STANDARD;
      case BATCH -> Common.ServiceClass.BATCH;
    };
  }

  public static Common.Right right(Right right) {
    return switch (right) {
      case INVOKE -> Common.Right.INVOKE;
      case READ -> Common.Right.READ;
      case PUBLISH -> Common.Right.PUBLISH;
      case ADMIN -> Common.Right.ADMIN;
    };
  }
}
