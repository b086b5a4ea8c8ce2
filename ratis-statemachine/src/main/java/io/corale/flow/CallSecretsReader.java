package io.corale.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads what a request shows and the log must not have: its authentication, and those of its
 * headers and query parameters that look at secrets.
 */
final class CallSecretsReader {
  private final Findings findings;
  private final Expressions expressions;
  private final AuthenticationReader authentications;

  CallSecretsReader(
      Findings findings, Expressions expressions, AuthenticationReader authentications) {
    this.findings = findings;
    this.expressions = expressions;
    this.authentications = authentications;
  }

  /** Headers or a query without what is secret of them. */
  static Marked plain(Marked value) {
    if (!(value instanceof Marked.Fields fields)) {
      return value;
    }
    List<Marked.Field> plain = new ArrayList<>();
    for (Marked.Field field : fields.fields()) {
      if (!isSecret(field.value())) {
        plain.add(field);
      }
    }
    return new Marked.Fields(fields.line(), fields.column(), plain);
  }

  static boolean isSecret(Marked value) {
    return value instanceof Marked.Scalar scalar
        && scalar.value().isTextual()
        && scalar.value().textValue().contains("${")
        && scalar.value().textValue().contains("$secrets");
  }

  /** Reads it from {@code with}; empty where a part of it is wrong. */
  Optional<CallSecrets> read(Marked.Fields with, String where, SortedSet<String> variables) {
    Optional<Marked> authentication =
        with.get("endpoint")
            .filter(Marked.Fields.class::isInstance)
            .flatMap(endpoint -> ((Marked.Fields) endpoint).get("authentication"));
    Optional<AuthenticationSpec> spec =
        authentication.flatMap(
            value -> authentications.read(value, where + ".endpoint.authentication", variables));
    Optional<SortedMap<String, Template>> headers =
        secretFields(
            with,
            "headers",
            where,
            name ->
                RequestRules.headerNameFault(name)
                    .or(() -> twice(with, name))
                    .or(() -> authorization(name, authentication)));
    Optional<SortedMap<String, Template>> query =
        secretFields(with, "query", where, name -> Optional.empty());
    boolean isWhole = authentication.isPresent() == spec.isPresent();
    return isWhole && headers.isPresent() && query.isPresent()
        ? Optional.of(new CallSecrets(spec, headers.get(), query.get()))
        : Optional.empty();
  }

  private static Optional<String> twice(Marked.Fields with, String name) {
    long count =
        with
            .get("headers")
            .map(value -> ((Marked.Fields) value).fields())
            .orElse(List.of())
            .stream()
            .filter(field -> field.key().equalsIgnoreCase(name))
            .count();
    return count > 1 ? Optional.of("name '" + name + "' twice") : Optional.empty();
  }

  private static Optional<String> authorization(String name, Optional<Marked> authentication) {
    return authentication.isPresent() && name.toLowerCase(Locale.ROOT).equals("authorization")
        ? Optional.of("and the authentication of the endpoint both name 'Authorization'")
        : Optional.empty();
  }

  private Optional<SortedMap<String, Template>> secretFields(
      Marked.Fields with, String key, String where, Function<String, Optional<String>> fault) {
    SortedMap<String, Template> secret = new TreeMap<>();
    if (!(with.get(key).orElse(null) instanceof Marked.Fields fields)) {
      return Optional.of(secret);
    }
    boolean isWhole = true;
    for (Marked.Field field : fields.fields()) {
      if (!isSecret(field.value())) {
        continue;
      }
      Optional<String> found = fault.apply(field.key());
      found.ifPresent(present -> findings.add(field, where + "." + key + " " + present, ""));
      Optional<Template> template =
          expressions.secret(
              field.value(), where + "." + key + "." + field.key(), authentications.secrets());
      template.ifPresent(present -> secret.put(field.key(), present));
      isWhole &= found.isEmpty() && template.isPresent();
    }
    return isWhole ? Optional.of(secret) : Optional.empty();
  }

  /** Reads {@code authentication} where nothing else can be secret. */
  Optional<CallSecrets> ofAuthentication(
      Marked.Fields fields, String where, SortedSet<String> variables) {
    return only(fields, value -> authentications.read(value, where + ".authentication", variables));
  }

  /** Reads that of an implementation, which stands before all data. */
  Optional<CallSecrets> ofImplementation(Marked.Fields fields, String where) {
    return only(fields, value -> authentications.readWithoutData(value, where + ".authentication"));
  }

  private static Optional<CallSecrets> only(
      Marked.Fields fields, Function<Marked, Optional<AuthenticationSpec>> read) {
    return fields
        .get("authentication")
        .map(value -> read.apply(value).map(CallSecretsReader::only))
        .orElse(Optional.of(CallSecrets.NONE));
  }

  private static CallSecrets only(AuthenticationSpec spec) {
    return new CallSecrets(Optional.of(spec), new TreeMap<>(), new TreeMap<>());
  }
}
