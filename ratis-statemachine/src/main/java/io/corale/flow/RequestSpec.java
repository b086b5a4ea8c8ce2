package io.corale.flow;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An HTTP request of a composition, whose parts are filled in when a task makes it.
 *
 * @param part where its parts stand below the task, {@code /with}; empty where a function of {@code
 *     use.functions} is the request, and tasks only give it its input
 * @param shown what it is called in pictures
 * @param parameters what is its input where that is not the task's
 * @param followsRedirects whether an answer that points elsewhere is no error
 * @param secrets what it shows and the log must not have
 */
record RequestSpec(
    String part,
    String shown,
    Optional<Parameters> parameters,
    Template method,
    Endpoint endpoint,
    Optional<Template> headers,
    Optional<Template> query,
    Optional<Template> body,
    Output output,
    boolean followsRedirects,
    CallSecrets secrets)
    implements Described {
  private static final List<String> MADE_OF_PARAMETERS =
      List.of("method", "endpoint", "headers", "query", "body");

  /** One that shows nothing. */
  RequestSpec(
      String part,
      String shown,
      Optional<Parameters> parameters,
      Template method,
      Endpoint endpoint,
      Optional<Template> headers,
      Optional<Template> query,
      Optional<Template> body,
      Output output,
      boolean followsRedirects) {
    this(
        part,
        shown,
        parameters,
        method,
        endpoint,
        headers,
        query,
        body,
        output,
        followsRedirects,
        CallSecrets.NONE);
  }

  /** What an operation makes of its parameters has its place where they stand. */
  @Override
  public String at(String place, String name) {
    boolean isMade = parameters.isPresent() && MADE_OF_PARAMETERS.contains(name);
    if (!isMade || part.isEmpty()) {
      return Described.super.at(place, name);
    }
    return place + part + (parameters.get().isWritten() ? "/parameters" : "");
  }

  /** The same with what it shows. */
  RequestSpec showing(CallSecrets other) {
    return new RequestSpec(
        part,
        shown,
        parameters,
        method,
        endpoint,
        headers,
        query,
        body,
        output,
        followsRedirects,
        other);
  }

  /** What of an answer is the task's output. */
  enum Output {
    /** What it holds, as JSON or text where its type says so. */
    CONTENT,
    /** What it holds, in base64. */
    RAW,
    /** The request, the status, the headers and what it holds. */
    RESPONSE;

    /** As compositions and the log write it. */
    String word() {
      return switch (this) {
        case CONTENT -> "content";
        case RAW -> "raw";
        case RESPONSE -> "response";
      };
    }
  }

  /**
   * What a task gives to an operation of a web service.
   *
   * @param names that the operation knows
   * @param isWritten whether the task has the key; else it gives none
   */
  record Parameters(Template template, SortedSet<String> names, boolean isWritten) {
    Parameters {
      names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    }
  }

  /** Where a request goes. */
  sealed interface Endpoint {
    /** A URI that the source writes down, with variables of the input in it. */
    record Written(UriTemplate template) implements Endpoint {}

    /** A URI that an expression gives. */
    record Computed(Template template) implements Endpoint {}
  }

  /** Lowered expressions mention none. */
  @Override
  public boolean mentions(String variable) {
    return Stream.of(parameters.map(Parameters::template), headers, query, body, secrets.given())
            .flatMap(Optional::stream)
            .anyMatch(mentioning(variable))
        || method.mentions(variable)
        || (endpoint instanceof Endpoint.Computed computed
            && computed.template().mentions(variable));
  }

  private static Predicate<Template> mentioning(String variable) {
    return template -> template.mentions(variable);
  }
}
