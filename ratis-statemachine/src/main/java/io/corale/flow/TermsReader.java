package io.corale.flow;

import io.corale.model.AccountId;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Transition.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the terms of calls: whose slots they need, how long they may take, and how often they are
 * tried.
 */
final class TermsReader {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final List<String> OF_A_REQUEST =
      List.of("account", "scope", "timeout", "expected", "retry");

  /** As most clients of the web have it; a slot whose answer was lost is taken for so long. */
  private static final Duration TIMEOUT_OF_A_REQUEST = Duration.ofSeconds(30);

  /** For so long the end of what another owner runs is awaited. */
  private static final Duration TIMEOUT_OF_A_RUN = Duration.ofHours(1);

  private static final Duration DEFAULT_DELAY = Duration.ofSeconds(1);
  private static final Duration DEFAULT_MAX_DELAY = Duration.ofMinutes(1);

  /** Of what must not be nothing. */
  static final Duration LEAST = Duration.ofNanos(1_000);

  private final Findings findings;
  private final Durations durations;

  TermsReader(Findings findings) {
    this.findings = findings;
    this.durations = new Durations(findings);
  }

  /** What a request is called on: its only implementation, and its retries. */
  record Terms(Implementation implementation, Retry retry) {
    /** With what its provider must know. */
    FunctionSpec function(String name, SortedMap<String, String> settings) {
      return new FunctionSpec(name, retry, List.of(implementation.with(settings)));
    }

    FunctionSpec function(String name, Described request) {
      Implementation told = implementation.with(request.settings());
      return new FunctionSpec(name, retry, List.of(told), Optional.of(request));
    }
  }

  /**
   * The terms of a request, which stand in {@code metadata} because the standard has no words for
   * them; whatever else stands there is somebody else's.
   *
   * @param kind of the call, by which the implementation is known; the account where none is named
   */
  Optional<Terms> ofRequest(Marked.Fields holder, String where, String kind) {
    return read(holder, where, kind, TIMEOUT_OF_A_REQUEST);
  }

  /** The terms of what is run elsewhere, as those of a request; it may take longer. */
  Optional<Terms> ofRun(Marked.Fields holder, String where) {
    return read(holder, where, "run", TIMEOUT_OF_A_RUN);
  }

  private Optional<Terms> read(
      Marked.Fields holder, String where, String kind, Duration otherwiseTimeout) {
    String what = where + ".metadata";
    Optional<Marked> value = holder.get("metadata");
    Optional<Marked.Fields> metadata = value.flatMap(each -> findings.object(each, what));
    if (value.isPresent() && metadata.isEmpty()) {
      return Optional.empty();
    }
    Marked.Fields fields = metadata.orElse(new Marked.Fields(0, 0, List.of()));
    boolean isSound = noSlips(fields, what);
    Optional<String> account = label(fields, "account", RequestReaders.account(kind));
    Optional<String> scope = label(fields, "scope", ScopeLimit.ROOT);
    Optional<Duration> timeout = duration(fields, "timeout", what, otherwiseTimeout, LEAST);
    Optional<Duration> expected =
        duration(fields, "expected", what, Implementation.DEFAULT_EXPECTED, Duration.ZERO);
    Optional<Retry> retry = retry(fields, where);
    boolean isWhole = account.isPresent() && scope.isPresent() && retry.isPresent() && isSound;
    return timeout.isEmpty() || expected.isEmpty() || !isWhole
        ? Optional.empty()
        : Optional.of(
            new Terms(
                new Implementation(
                    kind,
                    new AccountId(account.get()),
                    scope.get(),
                    timeout.get(),
                    expected.get(),
                    new TreeMap<>(),
                    CallSecrets.NONE),
                retry.get()));
  }

  private boolean noSlips(Marked.Fields metadata, String what) {
    boolean isSound = true;
    for (Marked.Field field : metadata.fields()) {
      Optional<String> meant =
          OF_A_REQUEST.stream().filter(key -> Findings.isSlip(field.key(), key)).findFirst();
      if (meant.isPresent()) {
        findings.add(
            field,
            "unknown key '" + field.key() + "' in " + what,
            "did you mean '" + meant.get() + "'?");
        isSound = false;
      }
    }
    return isSound;
  }

  private Optional<String> label(Marked.Fields fields, String key, String otherwise) {
    Optional<Marked> value = fields.get(key);
    return value.isEmpty() ? Optional.of(otherwise) : label(value.get(), key);
  }

  /** The name of an account or scope. */
  Optional<String> label(Marked value, String what) {
    Optional<String> text = findings.string(value, what);
    if (text.isPresent() && !LABEL.matcher(text.get()).matches()) {
      findings.add(
          value,
          what + " '" + text.get() + "' is not a name",
          "expected 1 to 63 lower-case letters, digits or inner hyphens");
      return Optional.empty();
    }
    return text;
  }

  /** A duration that is required. */
  Optional<Duration> duration(Marked value, String what) {
    return durations.read(value, what, LEAST);
  }

  /** A duration, or another where there is none. */
  Optional<Duration> duration(
      Marked.Fields fields, String key, String what, Duration otherwise, Duration least) {
    Optional<Marked> value = fields.get(key);
    return value.isEmpty()
        ? Optional.of(otherwise)
        : durations.read(value.get(), what + "." + key, least);
  }

  /** {@code retry}; without it there is one attempt. */
  Optional<Retry> retry(Marked.Fields holder, String where) {
    Optional<Marked> value = holder.get("retry");
    return value.isEmpty() ? Optional.of(Retry.NEVER) : retry(value.get(), where + ".retry");
  }

  private Optional<Retry> retry(Marked value, String what) {
    Optional<Marked.Fields> fields = findings.object(value, what);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), what, List.of("attempts", "delay", "maxDelay"), Map.of());
    Optional<Marked> attempts = findings.required(fields.get(), "attempts", what);
    boolean isCount =
        attempts.isPresent()
            && attempts.get().value().isIntegralNumber()
            && attempts.get().value().canConvertToInt()
            && attempts.get().value().intValue() >= 1
            && attempts.get().value().intValue() <= Retry.MAX_ATTEMPTS;
    if (attempts.isPresent() && !isCount) {
      findings.add(
          attempts.get(),
          what
              + ".attempts must be a whole number from 1 to "
              + Retry.MAX_ATTEMPTS
              + ", found "
              + attempts.get().kind(),
          "");
    }
    Optional<Duration> delay = duration(fields.get(), "delay", what, DEFAULT_DELAY, Duration.ZERO);
    if (!isCount || delay.isEmpty()) {
      return Optional.empty();
    }
    Duration most = delay.get().compareTo(DEFAULT_MAX_DELAY) > 0 ? delay.get() : DEFAULT_MAX_DELAY;
    return duration(fields.get(), "maxDelay", what, most, delay.get())
        .map(
            maxDelay ->
                new Retry(
                    attempts.get().value().intValue(),
                    Implementation.micros(delay.get()),
                    Implementation.micros(maxDelay)));
  }
}
