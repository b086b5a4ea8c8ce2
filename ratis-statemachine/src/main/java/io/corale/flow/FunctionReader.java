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
import java.util.stream.Stream;

/**
 * Reads {@code use.functions}: each with its implementations, its request, or what else it does.
 */
final class FunctionReader {
  /** The names of tasks, functions and implementations, which stand in pointers and records. */
  static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,62}");

  static final String NAME_RULE =
      "expected a letter or '_', then at most 62 letters, digits, '_' or '-'";

  /** More than anybody compares. */
  static final int MAX_IMPLEMENTATIONS = 32;

  private static final List<String> KEYS =
      List.of("id", "account", "scope", "timeout", "expected", "authentication");

  private static final String FAAS = "faas";

  /** Of a function that is no more than a call. */
  private static final List<String> PLAIN = List.of("call", "with", "metadata");

  /** All that a function may have, for whoever misspells it. */
  private static final List<String> KNOWN =
      Stream.concat(PLAIN.stream(), TaskReader.KEYS.stream()).distinct().toList();

  private final Findings findings;
  private final TermsReader terms;
  private final RequestReaders requests;
  private final CallSecretsReader secrets;

  FunctionReader(
      Findings findings, TermsReader terms, RequestReaders requests, CallSecretsReader secrets) {
    this.secrets = secrets;
    this.findings = findings;
    this.terms = terms;
    this.requests = requests;
  }

  /** Every function, also of those that are wrong in part, so that calls of them are no error. */
  SortedMap<String, Callable> read(Marked value) {
    SortedMap<String, Callable> functions = new TreeMap<>();
    Optional<Marked.Fields> all = findings.object(value, "use.functions");
    List<Marked.Field> fields = all.map(Marked.Fields::fields).orElse(List.of());
    Set<String> names = new LinkedHashSet<>(fields.stream().map(Marked.Field::key).toList());
    fields.forEach(each -> functions.put(each.key(), function(each, names)));
    return functions;
  }

  /** One function under its name, which stands alone. */
  Callable function(Marked.Field field) {
    return function(field, new LinkedHashSet<>());
  }

  private Callable function(Marked.Field field, Set<String> others) {
    String where = "function '" + field.key() + "'";
    if (!NAME.matcher(field.key()).matches() && !Catalogs.isReference(field.key())) {
      findings.add(field, where + " is not a name", NAME_RULE);
    } else if (CallReader.BUILT_IN.contains(field.key())) {
      findings.add(field, where + " cannot be called that, which 'call' means otherwise", "");
    }
    Optional<Marked.Fields> fields = findings.object(field.value(), where);
    if (fields.isEmpty()) {
      return new Callable.Plain(Optional.empty());
    }
    boolean callsAnother =
        fields
            .get()
            .get("call")
            .map(called -> called.value().asText())
            .filter(name -> !name.equals(FAAS) && !CallReader.BUILT_IN.contains(name))
            .filter(name -> others.contains(name) || Catalogs.isReference(name))
            .isPresent();
    boolean saysMore =
        fields.get().fields().stream()
            .anyMatch(each -> TaskReader.KEYS.contains(each.key()) && !PLAIN.contains(each.key()));
    if (!callsAnother && !saysMore) {
      return new Callable.Plain(plain(field, fields.get(), where));
    }
    boolean isCall = fields.get().get("call").isPresent() && !callsAnother;
    return new Callable.OfTask(
        field,
        fields.get(),
        isCall
            ? Optional.of(new Callable.Plain(plain(field, onlyPlain(fields.get()), where)))
            : Optional.empty());
  }

  private static Marked.Fields onlyPlain(Marked.Fields fields) {
    return new Marked.Fields(
        fields.line(),
        fields.column(),
        fields.fields().stream().filter(each -> PLAIN.contains(each.key())).toList());
  }

  private Optional<FunctionSpec> plain(Marked.Field field, Marked.Fields fields, String where) {
    Optional<String> kind = kind(fields, field, where);
    findings.requireKeys(fields, where, KNOWN, Map.of());
    if (kind.isPresent() && RequestReaders.KINDS.contains(kind.get())) {
      return request(kind.get(), field, fields, where);
    }
    Optional<Marked> value = fields.get("with");
    if (value.isEmpty()) {
      findings.add(field, where + " has no 'with'", "list its implementations there");
    }
    Optional<Marked.Fields> with = value.flatMap(each -> findings.object(each, where + ".with"));
    if (with.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(
        with.get(), where + ".with", List.of("implementations", "retry"), Map.of());
    Optional<Retry> retry = terms.retry(with.get(), where);
    List<Implementation> implementations = implementations(with.get(), where);
    return retry.isEmpty() || implementations.isEmpty()
        ? Optional.empty()
        : Optional.of(new FunctionSpec(field.key(), retry.get(), implementations));
  }

  private Optional<String> kind(Marked.Fields fields, Marked.Field at, String where) {
    Optional<Marked.Field> call = fields.field("call");
    if (call.isEmpty()) {
      findings.add(at, where + " has no 'call'", "write call: faas");
      return Optional.empty();
    }
    Optional<String> kind = findings.string(call.get().value(), where + ".call");
    boolean isKnown =
        kind.isPresent() && (kind.get().equals(FAAS) || RequestReaders.KINDS.contains(kind.get()));
    if (kind.isPresent() && !isKnown) {
      String message =
          CallReader.BUILT_IN.contains(kind.get())
              ? "'call: " + kind.get() + "' is not supported in use.functions"
              : where
                  + ".call must be 'faas', 'http', 'openapi' or 'grpc', found '"
                  + kind.get()
                  + "'";
      findings.add(call.get().value(), message, "write call: faas");
    }
    return kind;
  }

  /** A request that tasks make by its name, each with an input of its own. */
  private Optional<FunctionSpec> request(
      String kind, Marked.Field at, Marked.Fields fields, String where) {
    Optional<Marked> with = fields.get("with");
    if (with.isEmpty()) {
      findings.add(at, where + " has no 'with'", "describe its request there");
    }
    Optional<? extends Described> request =
        with.isEmpty()
            ? Optional.empty()
            : requests.read(kind, with.get(), where + ".with", "", Scope.TASK);
    Optional<TermsReader.Terms> agreed = terms.ofRequest(fields, where, kind);
    return request.isEmpty() || agreed.isEmpty()
        ? Optional.empty()
        : Optional.of(agreed.get().function(at.key(), request.get()));
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
        findings.required(fields, "account", what).flatMap(value -> terms.label(value, "account"));
    Optional<String> scope =
        fields
            .get("scope")
            .map(value -> terms.label(value, "scope"))
            .orElse(Optional.of(ScopeLimit.ROOT));
    Optional<Duration> timeout = timeout(fields, id.orElse("?"), where);
    Optional<Duration> expected =
        terms.duration(fields, "expected", what, Implementation.DEFAULT_EXPECTED, Duration.ZERO);
    SortedMap<String, String> settings = settings(fields, what);
    Optional<CallSecrets> shown = secrets.ofImplementation(fields, what);
    if (id.isEmpty() || account.isEmpty() || scope.isEmpty()) {
      return Optional.empty();
    }
    return timeout.isEmpty() || expected.isEmpty() || shown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Implementation(
                id.get(),
                new AccountId(account.get()),
                scope.get(),
                timeout.get(),
                expected.get(),
                settings,
                shown.get()));
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
    return terms.duration(value.get(), "timeout");
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
}
