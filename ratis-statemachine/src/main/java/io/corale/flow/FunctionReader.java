package io.corale.flow;

import io.corale.model.AccountId;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Transition.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code use.functions}: each with its retry policy and implementations. */
final class FunctionReader {
  /** The names of tasks, functions and implementations, which stand in pointers and records. */
  static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,62}");

  static final String NAME_RULE =
      "expected a letter or '_', then at most 62 letters, digits, '_' or '-'";

  /** More than anybody compares. */
  static final int MAX_IMPLEMENTATIONS = 32;

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final List<String> KEYS = List.of("id", "account", "scope", "timeout", "expected");

  private static final Duration DEFAULT_DELAY = Duration.ofSeconds(1);
  private static final Duration DEFAULT_MAX_DELAY = Duration.ofMinutes(1);
  private static final Duration LEAST = Duration.ofNanos(1_000);

  private final Findings findings;
  private final Durations durations;

  FunctionReader(Findings findings) {
    this.findings = findings;
    this.durations = new Durations(findings);
  }

  /** Every function, also of those that are wrong in part, so that calls of them are no error. */
  SortedMap<String, Optional<FunctionSpec>> read(Marked value) {
    SortedMap<String, Optional<FunctionSpec>> functions = new TreeMap<>();
    findings
        .object(value, "use.functions")
        .ifPresent(
            fields -> fields.fields().forEach(each -> functions.put(each.key(), function(each))));
    return functions;
  }

  private Optional<FunctionSpec> function(Marked.Field field) {
    String where = "function '" + field.key() + "'";
    if (!NAME.matcher(field.key()).matches()) {
      findings.add(field, where + " is not a name", NAME_RULE);
    }
    Optional<Marked.Fields> fields = findings.object(field.value(), where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("call", "with"), Map.of());
    requireFaas(fields.get(), field, where);
    Optional<Marked.Fields> with =
        fields.get().get("with").flatMap(value -> findings.object(value, where + ".with"));
    if (with.isEmpty()) {
      if (fields.get().get("with").isEmpty()) {
        findings.add(field, where + " has no 'with'", "list its implementations there");
      }
      return Optional.empty();
    }
    findings.requireKeys(
        with.get(), where + ".with", List.of("implementations", "retry"), Map.of());
    Optional<Retry> retry =
        with.get().get("retry").map(value -> retry(value, where)).orElse(Optional.of(Retry.NEVER));
    List<Implementation> implementations = implementations(with.get(), where);
    return retry.isEmpty() || implementations.isEmpty()
        ? Optional.empty()
        : Optional.of(new FunctionSpec(field.key(), retry.get(), implementations));
  }

  private void requireFaas(Marked.Fields fields, Marked.Field at, String where) {
    Optional<Marked.Field> call = fields.field("call");
    if (call.isEmpty()) {
      findings.add(at, where + " has no 'call'", "write call: faas");
      return;
    }
    Optional<String> kind = findings.string(call.get().value(), where + ".call");
    if (kind.isPresent() && !kind.get().equals("faas")) {
      String message =
          CallReader.BUILT_IN.contains(kind.get())
              ? "'call: " + kind.get() + "' is not supported yet in use.functions"
              : where + ".call must be 'faas', found '" + kind.get() + "'";
      findings.add(call.get().value(), message, "write call: faas");
    }
  }

  private Optional<Retry> retry(Marked value, String where) {
    String what = where + ".retry";
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

  private Optional<Duration> duration(
      Marked.Fields fields, String key, String what, Duration otherwise, Duration least) {
    Optional<Marked> value = fields.get(key);
    return value.isEmpty()
        ? Optional.of(otherwise)
        : durations.read(value.get(), what + "." + key, least);
  }

  private List<Implementation> implementations(Marked.Fields with, String where) {
    Optional<Marked.Items> items =
        findings
            .required(with, "implementations", where + ".with")
            .flatMap(value -> findings.list(value, where + ".implementations"));
    if (items.isEmpty()) {
      return List.of();
    }
    if (items.get().items().size() > MAX_IMPLEMENTATIONS) {
      findings.add(
          items.get(), where + " has more than " + MAX_IMPLEMENTATIONS + " implementations", "");
    }
    Set<String> ids = new LinkedHashSet<>();
    List<Implementation> implementations = new ArrayList<>();
    for (Marked item : items.get().items()) {
      findings
          .object(item, "an implementation of " + where)
          .flatMap(fields -> implementation(fields, where, ids))
          .ifPresent(implementations::add);
    }
    return implementations;
  }

  private Optional<Implementation> implementation(
      Marked.Fields fields, String where, Set<String> ids) {
    String what = "an implementation of " + where;
    Optional<String> id =
        findings.required(fields, "id", what).flatMap(value -> findings.string(value, "id"));
    id.filter(name -> !ids.add(name) || !NAME.matcher(name).matches())
        .ifPresent(
            name ->
                findings.add(
                    fields.get("id").orElse(fields),
                    "id '" + name + "' is not a name, or stands twice in " + where,
                    NAME_RULE));
    Optional<String> account =
        findings.required(fields, "account", what).flatMap(value -> label(value, "account"));
    Optional<String> scope =
        fields
            .get("scope")
            .map(value -> label(value, "scope"))
            .orElse(Optional.of(ScopeLimit.ROOT));
    Optional<Duration> timeout = timeout(fields, id.orElse("?"), where);
    Optional<Duration> expected =
        duration(fields, "expected", what, Implementation.DEFAULT_EXPECTED, Duration.ZERO);
    SortedMap<String, String> settings = settings(fields, what);
    if (id.isEmpty() || account.isEmpty() || scope.isEmpty()) {
      return Optional.empty();
    }
    return timeout.isEmpty() || expected.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Implementation(
                id.get(),
                new AccountId(account.get()),
                scope.get(),
                timeout.get(),
                expected.get(),
                settings));
  }

  /** Rule 14. */
  private Optional<Duration> timeout(Marked.Fields fields, String id, String where) {
    Optional<Marked> value = fields.get("timeout");
    if (value.isEmpty()) {
      boolean isMisspelt =
          fields.fields().stream().anyMatch(each -> Findings.isSlip(each.key(), "timeout"));
      if (isMisspelt) {
        return Optional.empty();
      }
      findings.add(
          fields,
          "implementation '" + id + "' of " + where + " has no 'timeout'",
          "a slot whose call was lost stays taken until the provider has certainly ended it: say"
              + " after which time it does, such as timeout: PT5S");
      return Optional.empty();
    }
    return durations.read(value.get(), "timeout", LEAST);
  }

  private SortedMap<String, String> settings(Marked.Fields fields, String what) {
    SortedMap<String, String> settings = new TreeMap<>();
    for (Marked.Field field : fields.fields()) {
      if (KEYS.contains(field.key())) {
        continue;
      }
      Optional<String> meant =
          KEYS.stream().filter(key -> Findings.isSlip(field.key(), key)).findFirst();
      if (meant.isPresent()) {
        findings.add(
            field,
            "unknown key '" + field.key() + "' in " + what,
            "did you mean '" + meant.get() + "'?");
      } else if (!(field.value() instanceof Marked.Scalar scalar) || scalar.value().isNull()) {
        findings.add(
            field.value(),
            "setting '" + field.key() + "' must be a string, found " + field.value().kind(),
            "");
      } else {
        settings.put(field.key(), scalar.value().asText());
      }
    }
    return settings;
  }

  private Optional<String> label(Marked value, String what) {
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
}
