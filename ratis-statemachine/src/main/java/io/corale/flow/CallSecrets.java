package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.jq.Budget;
import io.corale.flow.jq.ExpressionFailure;
import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a call shows that nobody may read in the log: its authentication, and the headers and query
 * parameters that look at secrets. It is filled in on the superpeer, when the call is sent.
 */
public final class CallSecrets {
  /** Of a call that shows nothing of the kind. */
  static final CallSecrets NONE =
      new CallSecrets(Optional.empty(), new TreeMap<>(), new TreeMap<>());

  /** Where among the arguments of a call that stands which is data of its authentication. */
  static final String GIVEN = "authentication";

  /** What servers take for all headers together, with room for others. */
  private static final int MAX_TEXT_CHARS = 6_000;

  private final Optional<AuthenticationSpec> authentication;
  private final SortedMap<String, Template> headers;
  private final SortedMap<String, Template> query;
  private final SortedSet<String> names;

  CallSecrets(
      Optional<AuthenticationSpec> authentication,
      SortedMap<String, Template> headers,
      SortedMap<String, Template> query) {
    this.authentication = authentication;
    this.headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    this.query = Collections.unmodifiableSortedMap(new TreeMap<>(query));
    SortedSet<String> all = new TreeSet<>();
    authentication.ifPresent(spec -> spec.addSecrets(all));
    headers.values().forEach(template -> template.addSecrets(all));
    query.values().forEach(template -> template.addSecrets(all));
    this.names = Collections.unmodifiableSortedSet(all);
  }

  /** What came of filling it in. */
  public sealed interface Filled {
    /**
     * What is shown.
     *
     * @param scheme of the authentication, such as {@code basic}; empty where there is none
     * @param properties of the authentication; an object
     * @param query each parameter with its values
     */
    record Shown(
        String scheme,
        ObjectNode properties,
        SortedMap<String, String> headers,
        SortedMap<String, List<String>> query)
        implements Filled {
      /** Never what is shown. */
      @Override
      public String toString() {
        return "Shown";
      }
    }

    /** The secrets do not fit; why, without anything of what they say. */
    record Unfit(String why) implements Filled {}
  }

  /** Whether there is nothing to fill in. */
  public boolean isEmpty() {
    return authentication.isEmpty() && headers.isEmpty() && query.isEmpty();
  }

  /** How it is authenticated, if at all. */
  Optional<AuthenticationSpec.Scheme> scheme() {
    return authentication.map(AuthenticationSpec::scheme);
  }

  /** What of its authentication is data: an object that the call carries through the log. */
  Optional<Template> given() {
    return authentication.flatMap(AuthenticationSpec::given);
  }

  /** The names of the secrets that it looks at. */
  public SortedSet<String> names() {
    return names;
  }

  /**
   * Fills it in.
   *
   * @param values what each of the {@link #names} says
   * @param arguments of the call, with what of its authentication is data
   */
  public Filled fill(SortedMap<String, Payload> values, Payload arguments) {
    ObjectNode secrets = JsonNodeFactory.instance.objectNode();
    for (var value : values.entrySet()) {
      secrets.set(value.getKey(), Json.read(value.getValue()).orElse(NullNode.instance));
    }
    SortedMap<String, JsonNode> variables = new TreeMap<>();
    variables.put("secrets", secrets);
    Budget budget = Budget.ofMoments();
    try {
      return new Filled.Shown(
          authentication.map(spec -> spec.scheme().word()).orElse(""),
          with(properties(secrets, variables, budget), arguments),
          headers(variables, budget),
          query(variables, budget));
    } catch (Misfit e) {
      return new Filled.Unfit(e.why);
    }
  }

  /** That a secret is not what its place needs; says where, never what. */
  private static final class Misfit extends Exception {
    private static final long serialVersionUID = 1L;
    private final String why;

    Misfit(String why) {
      super(why);
      this.why = why;
    }
  }

  private ObjectNode properties(
      ObjectNode secrets, SortedMap<String, JsonNode> variables, Budget budget) throws Misfit {
    if (authentication.isEmpty()) {
      return JsonNodeFactory.instance.objectNode();
    }
    AuthenticationSpec spec = authentication.get();
    JsonNode properties =
        spec.properties().isPresent()
            ? value(spec.properties().get(), "the authentication", variables, budget)
            : secrets.path(spec.secret().orElse(""));
    if (properties instanceof ObjectNode object) {
      return object;
    }
    throw new Misfit(
        "the secret '"
            + spec.secret().orElse("")
            + "' must be an object with the properties of "
            + spec.scheme().word()
            + "; put it with --json");
  }

  private ObjectNode with(ObjectNode properties, Payload arguments) {
    return given().isEmpty()
        ? properties
        : joined(properties, Json.readField(arguments, GIVEN).orElse(NullNode.instance));
  }

  private static ObjectNode joined(ObjectNode object, JsonNode more) {
    ObjectNode joined = object.deepCopy();
    for (var field : more.properties()) {
      joined.set(
          field.getKey(),
          joined.path(field.getKey()) instanceof ObjectNode inner
              ? joined(inner, field.getValue())
              : field.getValue());
    }
    return joined;
  }

  private SortedMap<String, String> headers(SortedMap<String, JsonNode> variables, Budget budget)
      throws Misfit {
    SortedMap<String, String> filled = new TreeMap<>();
    for (var header : headers.entrySet()) {
      String what = "the header '" + header.getKey() + "'";
      JsonNode value = value(header.getValue(), what, variables, budget);
      if (!value.isNull()) {
        filled.put(header.getKey(), text(value, what));
      }
    }
    return filled;
  }

  private SortedMap<String, List<String>> query(
      SortedMap<String, JsonNode> variables, Budget budget) throws Misfit {
    SortedMap<String, List<String>> filled = new TreeMap<>();
    for (var parameter : query.entrySet()) {
      String what = "the query parameter '" + parameter.getKey() + "'";
      JsonNode value = value(parameter.getValue(), what, variables, budget);
      List<String> values = new ArrayList<>();
      if (value.isArray()) {
        for (JsonNode each : value) {
          values.add(text(each, what));
        }
      } else if (!value.isNull()) {
        values.add(text(value, what));
      }
      filled.put(parameter.getKey(), values);
    }
    return filled;
  }

  /** The reason that jq gives may quote what the secret says, so it is not passed on. */
  private static JsonNode value(
      Template template, String what, SortedMap<String, JsonNode> variables, Budget budget)
      throws Misfit {
    try {
      return template.fill(NullNode.instance, variables, budget);
    } catch (ExpressionFailure e) {
      throw new Misfit("the expression of " + what + " fails on its secrets");
    }
  }

  private static String text(JsonNode value, String what) throws Misfit {
    boolean isSendable =
        !value.isContainerNode()
            && value.asText().length() <= MAX_TEXT_CHARS
            && value
                .asText()
                .chars()
                .allMatch(each -> (each >= ' ' && each <= 0xff && each != 0x7f) || each == '\t');
    if (!isSendable) {
      throw new Misfit(what + " gets of its secrets what is no text, too long, or cannot be sent");
    }
    return value.asText();
  }

  /** Only the names. */
  @Override
  public String toString() {
    return "CallSecrets" + names;
  }
}
