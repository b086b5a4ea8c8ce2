package io.corale.flow;

import java.util.List;

/**
 * The URIs of the standard's kinds of errors. The standard has moved twice; all its families name
 * the same kinds, and one of them is given out.
 */
final class ErrorTypes {
  /** The kinds that the standard knows. */
  static final List<String> KINDS =
      List.of(
          "authentication",
          "authorization",
          "communication",
          "configuration",
          "expression",
          "runtime",
          "timeout",
          "validation");

  private static final String FAMILY = "https://open-workflow-specification.org/spec/1.0.0/errors/";
  private static final List<String> OTHER_FAMILIES =
      List.of(
          "https://open-workflow-specification.org/dsl/errors/types/",
          "https://serverlessworkflow.io/spec/1.0.0/errors/",
          "https://serverlessworkflow.io/dsl/errors/types/",
          "https://serverlessworkflow.io.io/dsl/errors/types/");

  private ErrorTypes() {}

  /** The URI of the family that is given out, for one of another family; any other type as is. */
  static String canonical(String type) {
    for (String family : OTHER_FAMILIES) {
      if (type.startsWith(family) && KINDS.contains(type.substring(family.length()))) {
        return FAMILY + type.substring(family.length());
      }
    }
    return type;
  }

  /** The part after the family where a type is of one, known or not; else empty. */
  static String kindOf(String type) {
    if (type.startsWith(FAMILY)) {
      return type.substring(FAMILY.length());
    }
    return OTHER_FAMILIES.stream()
        .filter(type::startsWith)
        .findFirst()
        .map(family -> type.substring(family.length()))
        .orElse("");
  }
}
