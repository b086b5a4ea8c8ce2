package io.corale.node;

import java.util.List;

/**
 * One configured value as it was written.
 *
 * @param values the scalar, or the items of a list
 * @param isList whether it was written as a list
 * @param place where: {@code file:line}, the environment variable, the system property
 */
record Setting(List<String> values, boolean isList, String place) {
  static Setting scalar(String value, String place) {
    return new Setting(List.of(value), false, place);
  }

  /** A list in one line, as environment variables and system properties have to write it. */
  Setting asList() {
    if (isList) {
      return this;
    }
    List<String> items =
        values.get(0).isBlank()
            ? List.of()
            : List.of(values.get(0).split(",", -1)).stream().map(String::trim).toList();
    return new Setting(items, true, place);
  }
}
