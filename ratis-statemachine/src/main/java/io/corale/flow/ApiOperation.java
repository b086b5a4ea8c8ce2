package io.corale.flow;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One operation of a web service, as an OpenAPI document describes it.
 *
 * @param server where its path begins, without a slash at the end
 * @param path with the names of parameters in braces
 */
record ApiOperation(
    String id,
    String method,
    String server,
    String path,
    List<Parameter> parameters,
    Optional<Body> body) {
  /** Under these a task gives the body of an operation whose document gives it no name. */
  static final List<String> BODY_NAMES = List.of("body", "requestBody");

  ApiOperation {
    parameters = List.copyOf(parameters);
  }

  /** Of a document that is not at hand. */
  static ApiOperation unknown(String id) {
    return new ApiOperation(id, "GET", "", "", List.of(), Optional.empty());
  }

  /** Whether its document is at hand. */
  boolean isKnown() {
    return !server.isEmpty();
  }

  /** Where a parameter goes. */
  enum Place {
    PATH,
    QUERY,
    HEADER,
    COOKIE,
    /** A field of a form that is the body. */
    FORM
  }

  /** How a parameter is written. */
  enum Shape {
    /** A list repeats it. */
    REPEATED,
    /** A list is one text. */
    JOINED,
    /** As JSON. */
    JSON
  }

  /**
   * A parameter.
   *
   * @param separator of the items of a list that is joined
   */
  record Parameter(String name, Place place, boolean isRequired, Shape shape, String separator) {}

  /**
   * A body as a whole.
   *
   * @param name under which a task gives it; empty: one of {@link #BODY_NAMES}
   */
  record Body(String name, String contentType, boolean isRequired) {}

  /** What a task may give. */
  SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    parameters.forEach(each -> names.add(each.name()));
    body.ifPresent(each -> names.addAll(each.name().isEmpty() ? BODY_NAMES : List.of(each.name())));
    return names;
  }

  /** What a task must give; a body without a name is looked at when the request is made. */
  SortedSet<String> required() {
    SortedSet<String> names = new TreeSet<>();
    parameters.stream().filter(Parameter::isRequired).forEach(each -> names.add(each.name()));
    body.filter(each -> each.isRequired() && !each.name().isEmpty())
        .ifPresent(each -> names.add(each.name()));
    return names;
  }
}
