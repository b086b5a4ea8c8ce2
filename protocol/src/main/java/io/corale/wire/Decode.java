package io.corale.wire;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Allowance;
import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.Incarnation;
import io.corale.model.Limit;
import io.corale.model.NodeId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.model.Retention;
import io.corale.model.Right;
import io.corale.model.ScopeLimit;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import io.corale.model.ServiceClass;
import io.corale.model.Terms;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Reads the messages that {@link Encode} writes; whatever is missing, unknown or out of bounds is
 * refused by an {@link IllegalArgumentException} that names the field.
 */
public final class Decode {
  private Decode() {}

  public static Payload payload(Common.Payload message) {
    return switch (message.getWhereCase()) {
      case INLINE -> {
        if (message.getInline().isEmpty()) {
          throw bad("payload.inline", "is empty; the smallest JSON value is one character");
        }
        yield new Payload(message.getInline());
      }
      case REFERENCE -> throw bad("payload.reference", "stands in logs only: expected inline");
      case WHERE_NOT_SET ->
          throw bad("payload", "has no content of a kind known here: expected inline");
    };
  }

  public static Problem problem(Common.Problem message) {
    return in(
        "problem",
        () ->
            new Problem(
                message.getType(),
                message.getStatus(),
                message.getTitle(),
                message.getDetail(),
                message.getInstance()));
  }

  public static Ending ending(Common.Ending message) {
    return switch (message.getHowCase()) {
      case COMPLETED ->
          in("ending.completed", () -> new Ending.Completed(payload(message.getCompleted())));
      case FAULTED -> in("ending.faulted", () -> new Ending.Faulted(problem(message.getFaulted())));
      case CANCELLED -> new Ending.Cancelled(message.getCancelled());
      case HOW_NOT_SET ->
          throw bad("ending", "is of no kind known here: expected completed, faulted or cancelled");
    };
  }

  public static Refusal refusal(Common.Refusal message) {
    long millis = atLeastZero("refusal.retry_after_millis", message.getRetryAfterMillis());
    return new Refusal(refusalCode(message), message.getMessage(), Duration.ofMillis(millis));
  }

  private static Refusal.Code refusalCode(Common.Refusal message) {
    return switch (message.getCode()) {
      case INVALID -> Refusal.Code.INVALID;
      case UNAUTHENTICATED -> Refusal.Code.UNAUTHENTICATED;
      case FORBIDDEN -> Refusal.Code.FORBIDDEN;
      case NOT_FOUND -> Refusal.Code.NOT_FOUND;
      case CONFLICT -> Refusal.Code.CONFLICT;
      case TOO_LARGE -> Refusal.Code.TOO_LARGE;
      case EXPIRED -> Refusal.Code.EXPIRED;
      case OVERLOADED -> Refusal.Code.OVERLOADED;
      case UNAVAILABLE -> Refusal.Code.UNAVAILABLE;
      case UNSUPPORTED -> Refusal.Code.UNSUPPORTED;
      case INCOMPATIBLE -> Refusal.Code.INCOMPATIBLE;
      case CODE_UNSPECIFIED, UNRECOGNIZED ->
          throw unknown("refusal.code", message.getCodeValue(), Refusal.Code.values());
    };
  }

  public static Account account(Common.Account message) {
    return in(
        "account",
        () ->
            new Account(
                in("id", () -> new AccountId(message.getId())),
                message.getProvider(),
                atLeastZero("version", message.getVersion()),
                policy("policy", message.getPolicyValue()),
                new TreeMap<>(message.getSettingsMap()),
                scopes(message.getScopesList()),
                message.getRetriesFast()));
  }

  private static List<ScopeLimit> scopes(List<Common.ScopeLimit> messages) {
    List<ScopeLimit> scopes = new ArrayList<>(messages.size());
    for (Common.ScopeLimit message : messages) {
      scopes.add(in("scopes[" + scopes.size() + "]", () -> scope(message)));
    }
    return scopes;
  }

  public static Allowance allowance(Common.Allowance message) {
    List<Limit.Rate> rates = new ArrayList<>(message.getRatesCount());
    for (Common.Limit.Rate rate : message.getRatesList()) {
      rates.add(new Limit.Rate(rate.getStarts(), window(rate)));
    }
    return new Allowance(
        message.getScope(),
        message.getConcurrency() == 0
            ? OptionalInt.empty()
            : OptionalInt.of(message.getConcurrency()),
        rates);
  }

  public static ScopeLimit scope(Common.ScopeLimit message) {
    Optional<String> parent = Optional.of(message.getParent()).filter(text -> !text.isEmpty());
    return new ScopeLimit(
        message.getScope(), parent, message.getConcurrency(), limits(message.getMoreList()));
  }

  private static List<Limit> limits(List<Common.Limit> messages) {
    if (messages.size() > ScopeLimit.MAX_MORE) {
      throw bad("more", "has " + messages.size() + " limits: at most " + ScopeLimit.MAX_MORE);
    }
    List<Limit> limits = new ArrayList<>(messages.size());
    for (Common.Limit message : messages) {
      limits.add(in("more[" + limits.size() + "]", () -> limit(message)));
    }
    return limits;
  }

  public static Limit limit(Common.Limit message) {
    return switch (message.getWhatCase()) {
      case RATE -> new Limit.Rate(message.getRate().getStarts(), window(message.getRate()));
      case RAMP ->
          new Limit.Ramp(
              message.getRamp().getFrom(),
              message.getRamp().getStep(),
              interval(message.getRamp().getIntervalMillis()));
      case LEARNED -> new Limit.Learned(message.getLearned().getFrom());
      case WHAT_NOT_SET ->
          throw bad("limit", "is of no kind known here: expected rate, ramp or learned");
    };
  }

  private static Limit.Window window(Common.Limit.Rate message) {
    return switch (message.getWindow()) {
      case SECOND -> Limit.Window.SECOND;
      case MINUTE -> Limit.Window.MINUTE;
      case WINDOW_UNSPECIFIED, UNRECOGNIZED ->
          throw unknown("window", message.getWindowValue(), Limit.Window.values());
    };
  }

  /** As a number first: a duration of that many milliseconds may have no number of nanoseconds. */
  private static Duration interval(long millis) {
    if (millis < 0 || millis > Limit.Ramp.LONGEST.toMillis()) {
      throw bad("interval_millis", "is above " + Limit.Ramp.LONGEST.toMillis());
    }
    return Duration.ofMillis(millis);
  }

  public static SealedSecret secret(Common.SealedSecret message) {
    return in(
        "secret",
        () ->
            new SealedSecret(
                new SecretName(message.getName()),
                message.getVersion(),
                message.getChangedWallMillis(),
                message.getKey(),
                message.getSealed()));
  }

  public static Retention retention(Common.Retention message) {
    return in(
        "retention",
        () ->
            new Retention(
                Duration.of(message.getAgeMicros(), ChronoUnit.MICROS),
                message.getCount(),
                message.getSizeBytes()));
  }

  public static Terms terms(Common.Terms message) {
    return in(
        "terms",
        () ->
            new Terms(
                message.getVersion(),
                message.getMaxQueued(),
                message.getMaxQueuedBytes(),
                message.getMaxLive(),
                message.getSubmitsPerSecond(),
                weights(message.getWeightsList())));
  }

  private static SortedMap<String, Integer> weights(List<Common.Terms.Weight> messages) {
    SortedMap<String, Integer> weights = new TreeMap<>();
    for (Common.Terms.Weight message : messages) {
      if (weights.put(message.getCaller(), message.getWeight()) != null) {
        throw new IllegalArgumentException(
            "caller '" + message.getCaller() + "' must have one weight, got two");
      }
    }
    return weights;
  }

  /**
   * Takes the number, as {@code getXxxValue()} gives it, so that an unknown one can be told.
   *
   * @param field the name of the field, for the refusal
   */
  public static Policy policy(String field, int number) {
    Common.Policy known = Common.Policy.forNumber(number);
    return switch (known == null ? Common.Policy.UNRECOGNIZED : known) {
      case FIFO -> Policy.FIFO;
      case EDF -> Policy.EDF;
      case LST_BL -> Policy.LST_BL;
      case POLICY_UNSPECIFIED, UNRECOGNIZED -> throw unknown(field, number, Policy.values());
    };
  }

  public static CompositionRef composition(Common.CompositionRef message) {
    return in("composition", () -> new CompositionRef(message.getName(), message.getVersion()));
  }

  public static Incarnation incarnation(Common.Incarnation message) {
    return in(
        "incarnation",
        () -> new Incarnation(new NodeId(message.getNode()), positive("boot", message.getBoot())));
  }

  /** Takes the number, as {@code getServiceClassValue()} gives it. */
  public static ServiceClass serviceClass(int number) {
    Common.ServiceClass known = Common.ServiceClass.forNumber(number);
    return switch (known == null ? Common.ServiceClass.UNRECOGNIZED : known) {
      case URGENT -> ServiceClass.URGENT;
      case INTERACTIVE -> ServiceClass.INTERACTIVE;
      case STANDARD -> ServiceClass.STANDARD;
      case BATCH -> ServiceClass.BATCH;
      case SERVICE_CLASS_UNSPECIFIED, UNRECOGNIZED ->
          throw unknown("service_class", number, ServiceClass.values());
    };
  }

  /** Takes the numbers, as {@code getRightsValueList()} gives them. */
  public static Set<Right> rights(List<Integer> numbers) {
    Set<Right> rights = EnumSet.noneOf(Right.class);
    for (int number : numbers) {
      rights.add(right(number));
    }
    return rights;
  }

  public static Right right(int number) {
    Common.Right known = Common.Right.forNumber(number);
    return switch (known == null ? Common.Right.UNRECOGNIZED : known) {
      case INVOKE -> Right.INVOKE;
      case READ -> Right.READ;
      case PUBLISH -> Right.PUBLISH;
      case ADMIN -> Right.ADMIN;
      case RIGHT_UNSPECIFIED, UNRECOGNIZED -> throw unknown("rights", number, Right.values());
    };
  }

  /** Reads a part whose refusals get the name of the field before their words. */
  public static <T> T in(String field, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
    }
  }

  /** The value of an unsigned field that must fit a positive {@code long}, or be zero. */
  public static long atLeastZero(String field, long value) {
    if (value < 0) {
      throw bad(field, "is above " + Long.MAX_VALUE);
    }
    return value;
  }

  private static long positive(String field, long value) {
    if (value == 0) {
      throw bad(field, "must be at least 1");
    }
    return atLeastZero(field, value);
  }

  private static IllegalArgumentException bad(String field, String what) {
    return new IllegalArgumentException(field + " " + what);
  }

  private static IllegalArgumentException unknown(String field, int number, Enum<?>[] known) {
    return bad(
        field,
        "has the value " + number + ", unknown to this version: expected one of " + List.of(known));
  }
}
