package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.flow.AuthenticationSpec.Scheme;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Predicate;

/** Reads authentications, inline or by their names in {@code use.authentications}. */
final class AuthenticationReader {
  private static final Map<String, String> CERTIFICATE =
      Map.of(
          "certificate",
          "nodes have no certificates of owners; use bearer, basic, digest, oauth2 or oidc");

  private static final List<String> LOGIN = List.of("username", "password");

  private static final List<String> GRANT =
      List.of(
          "authority",
          "grant",
          "client",
          "request",
          "issuers",
          "scopes",
          "audiences",
          "username",
          "password",
          "subject",
          "actor");

  private static final List<String> TOKEN = List.of("token", "type");

  /** Of the standard's words, those that cannot be. */
  private static final Map<String, String> OTHER_WORDS =
      Map.of(
          "authorization_code",
          "it takes somebody who signs in at a browser; give what they got as a refresh_token");

  private final Findings findings;
  private final Expressions expressions;
  private final SortedSet<String> secrets;
  private final Named authentications;

  /**
   * @param secrets the names in {@code use.secrets}
   */
  AuthenticationReader(
      Findings findings,
      Expressions expressions,
      SortedSet<String> secrets,
      Named authentications) {
    this.findings = findings;
    this.expressions = expressions;
    this.secrets = secrets;
    this.authentications = authentications;
  }

  SortedSet<String> secrets() {
    return secrets;
  }

  /**
   * Reads {@code authentication}: a policy, its name, or {@code {use: name}}.
   *
   * @param variables that expressions without secrets may look at, beside their input
   */
  Optional<AuthenticationSpec> read(Marked value, String where, SortedSet<String> variables) {
    return read(value, where, Optional.of(variables));
  }

  /** Reads {@code authentication} where there is no data that it could look at. */
  Optional<AuthenticationSpec> readWithoutData(Marked value, String where) {
    return read(value, where, Optional.empty());
  }

  private Optional<AuthenticationSpec> read(
      Marked value, String where, Optional<SortedSet<String>> variables) {
    Optional<Marked> named =
        value instanceof Marked.Fields fields && fields.fields().size() == 1
            ? fields.get("use")
            : Optional.empty();
    if (named.isPresent() && findings.string(named.get(), where + ".use").isEmpty()) {
      return Optional.empty();
    }
    return authentications
        .resolve(named.orElse(value), where)
        .flatMap(part -> policy(part.value(), part.where(), variables));
  }

  /** Checks the authentications that nothing uses. */
  void checkUnused() {
    authentications
        .unused()
        .forEach(part -> policy(part.value(), part.where(), Optional.of(Scope.TASK)));
  }

  private Optional<AuthenticationSpec> policy(
      Marked value, String where, Optional<SortedSet<String>> variables) {
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    List<String> words = Arrays.stream(Scheme.values()).map(Scheme::word).toList();
    findings.requireKeys(fields.get(), where, words, CERTIFICATE);
    if (fields.get().fields().size() != 1) {
      findings.add(
          value,
          where + " must have one key, found " + fields.get().fields().size(),
          "expected one of: " + String.join(", ", words));
      return Optional.empty();
    }
    Marked.Field only = fields.get().fields().get(0);
    return Arrays.stream(Scheme.values())
        .filter(scheme -> scheme.word().equals(only.key()))
        .findFirst()
        .flatMap(scheme -> scheme(scheme, only.value(), where + "." + only.key(), variables));
  }

  private Optional<AuthenticationSpec> scheme(
      Scheme scheme, Marked value, String where, Optional<SortedSet<String>> variables) {
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    if (fields.get().get("use").isPresent()) {
      findings.requireKeys(fields.get(), where, List.of("use"), Map.of());
      return fields
          .get()
          .get("use")
          .flatMap(name -> secretNamed(name, where + ".use"))
          .map(
              name ->
                  new AuthenticationSpec(
                      scheme, Optional.of(name), Optional.empty(), Optional.empty()));
    }
    boolean isWhole =
        switch (scheme) {
          case BASIC, DIGEST -> hasAll(fields.get(), where, LOGIN);
          case BEARER -> hasAll(fields.get(), where, List.of("token"));
          case OAUTH2, OIDC -> isGrant(scheme, fields.get(), where);
        };
    boolean hasData = variables.isPresent() && isOfData(fields.get());
    Optional<Template> properties =
        expressions.secret(
            hasData ? only(fields.get(), each -> !isOfData(each)) : fields.get(), where, secrets);
    Optional<Template> given =
        hasData
            ? expressions.template(
                only(fields.get(), AuthenticationReader::isOfData), where, variables.get())
            : Optional.empty();
    return isWhole && properties.isPresent() && given.isPresent() == hasData
        ? Optional.of(new AuthenticationSpec(scheme, Optional.empty(), properties, given))
        : Optional.empty();
  }

  /** Whether an expression in it looks at data; one that mentions secrets looks at nothing else. */
  private static boolean isOfData(Marked value) {
    if (value instanceof Marked.Fields fields) {
      return fields.fields().stream().anyMatch(each -> isOfData(each.value()));
    }
    if (value instanceof Marked.Items items) {
      return items.items().stream().anyMatch(AuthenticationReader::isOfData)
          && items.items().stream().noneMatch(CallSecretsReader::isSecret);
    }
    return value.value().asText().contains("${") && !CallSecretsReader.isSecret(value);
  }

  /** The properties whose values are so; each list is one or the other. */
  private static Marked.Fields only(Marked.Fields fields, Predicate<Marked> isSo) {
    List<Marked.Field> kept = new ArrayList<>();
    for (Marked.Field field : fields.fields()) {
      if (field.value() instanceof Marked.Fields inner) {
        kept.add(new Marked.Field(field.line(), field.column(), field.key(), only(inner, isSo)));
      } else if (isSo.test(field.value())) {
        kept.add(field);
      }
    }
    return new Marked.Fields(fields.line(), fields.column(), kept);
  }

  private Optional<String> secretNamed(Marked value, String where) {
    Optional<String> name = findings.string(value, where);
    if (name.isPresent() && !secrets.contains(name.get())) {
      findings.add(
          value,
          where + " names the secret '" + name.get() + "', which is not in use.secrets",
          findings.hint(
              name.get(),
              secrets,
              secrets.isEmpty() ? "there are none" : "known are: " + String.join(", ", secrets)));
      return Optional.empty();
    }
    return name;
  }

  /** Each must be there, and nothing else; whether they are texts shows when they are filled in. */
  private boolean hasAll(Marked.Fields fields, String where, List<String> keys) {
    findings.requireKeys(fields, where, keys, Map.of());
    boolean hasAll = true;
    for (String key : keys) {
      hasAll &= findings.required(fields, key, where).isPresent();
    }
    return hasAll;
  }

  private boolean isGrant(Scheme scheme, Marked.Fields fields, String where) {
    List<String> keys = new ArrayList<>(GRANT);
    if (scheme == Scheme.OAUTH2) {
      keys.add("endpoints");
    }
    findings.requireKeys(fields, where, keys, Map.of());
    boolean isWhole = findings.required(fields, "authority", where).isPresent();
    isWhole &= findings.required(fields, "grant", where).isPresent();
    isWhole &= isOneOf(fields.get("grant"), where + ".grant", Grants.GRANTS);
    isWhole &= isClient(fields, where);
    isWhole &=
        inner(fields, "request", where, List.of("encoding"))
            .map(
                request ->
                    isOneOf(request.get("encoding"), where + ".request.encoding", Grants.ENCODINGS))
            .orElse(true);
    inner(fields, "endpoints", where, List.of("token", "revocation", "introspection"));
    String grant = fields.get("grant").map(Marked::value).map(JsonNode::asText).orElse("");
    List<String> needed =
        switch (grant) {
          case "password" -> LOGIN;
          case "client_credentials" -> List.of("client");
          case Grants.REFRESH, Grants.EXCHANGE -> List.of("subject");
          default -> List.of();
        };
    for (String key : needed) {
      isWhole &= findings.required(fields, key, where).isPresent();
    }
    isWhole &= isToken("subject", fields, where);
    isWhole &= isToken("actor", fields, where);
    return isWhole;
  }

  private boolean isToken(String key, Marked.Fields fields, String where) {
    if (fields.get(key).isEmpty()) {
      return true;
    }
    Optional<Marked.Fields> token = findings.object(fields.get(key).get(), where + "." + key);
    return token.isPresent() && hasAll(token.get(), where + "." + key, TOKEN);
  }

  private boolean isClient(Marked.Fields fields, String where) {
    Optional<Marked.Fields> client =
        inner(fields, "client", where, List.of("id", "secret", "assertion", "authentication"));
    return client.isEmpty()
        || (isOneOf(
                client.get().get("authentication"),
                where + ".client.authentication",
                Grants.CLIENT_AUTHENTICATIONS)
            && isSigned(client.get(), where + ".client"));
  }

  private boolean isSigned(Marked.Fields client, String where) {
    Optional<Marked> authentication = client.get("authentication");
    boolean isSigned =
        authentication.isEmpty()
            || !authentication.get().value().asText().equals(Grants.PRIVATE_KEY)
            || client.get("assertion").isPresent();
    if (!isSigned) {
      findings.add(
          authentication.get(),
          where + " has no 'assertion', which 'private_key_jwt' needs",
          "a node signs nothing with private keys of owners: put the signed JWT there, as a"
              + " secret");
    }
    return isSigned;
  }

  private Optional<Marked.Fields> inner(
      Marked.Fields fields, String key, String where, List<String> keys) {
    Optional<Marked.Fields> inner =
        fields.get(key).flatMap(value -> findings.object(value, where + "." + key));
    inner.ifPresent(present -> findings.requireKeys(present, where + "." + key, keys, Map.of()));
    return inner;
  }

  /** A word that is written down must be a known one; what an expression gives shows later. */
  private boolean isOneOf(Optional<Marked> value, String where, List<String> words) {
    if (value.isEmpty() || value.get().value().asText().contains("${")) {
      return true;
    }
    Optional<String> word = findings.string(value.get(), where);
    if (word.isPresent() && !words.contains(word.get())) {
      findings.add(
          value.get(),
          where + " '" + word.get() + "' is not supported",
          OTHER_WORDS.getOrDefault(
              word.get(),
              findings.hint(word.get(), words, "expected one of: " + String.join(", ", words))));
      return false;
    }
    return word.isPresent();
  }
}
