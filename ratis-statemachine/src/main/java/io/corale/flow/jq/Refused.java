package io.corale.flow.jq;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the standard or jq know and this release does not, each with its reason. */
final class Refused {
  private static final Map<String, String> FUNCTIONS = functions();
  private static final Map<String, String> VARIABLES = variables();

  private Refused() {}

  private static Map<String, String> functions() {
    Map<String, String> refused = new LinkedHashMap<>();
    for (String name : List.of("localtime", "strflocaltime")) {
      refused.put(name, "all times are in UTC: use gmtime and strftime");
    }
    for (String name : List.of("env", "input", "inputs", "debug", "stderr", "input_filename")) {
      refused.put(name, "an expression sees its input only");
    }
    for (String name : List.of("halt", "halt_error")) {
      refused.put(name, "an expression ends with its value, or with error");
    }
    for (String name : List.of("import", "include", "modulemeta")) {
      refused.put(name, "there are no modules");
    }
    refused.put("builtins", "");
    return refused;
  }

  private static Map<String, String> variables() {
    Map<String, String> refused = new LinkedHashMap<>();
    refused.put("authorization", "what a request shows is not data");
    refused.put("ENV", "the environment of a node is not data");
    refused.put("__loc__", "");
    return refused;
  }

  /** Why this function cannot be called; empty where it is simply unknown. */
  static Optional<String> function(String name) {
    return Optional.ofNullable(FUNCTIONS.get(name));
  }

  static ExpressionFailure variable(String name, int offset, Known known) {
    if (known.secrets().isPresent()) {
      return new ExpressionFailure(
          "looks at '$" + name + "', and at secrets it may look alone",
          offset,
          "it is evaluated when the request is sent, where there is no data any more");
    }
    if (name.equals("secrets")) {
      return new ExpressionFailure(
          "uses '$secrets' where what it gives would be kept",
          offset,
          "only authentications, and single headers and query parameters of call: http, may look at"
              + " secrets");
    }
    String reason = VARIABLES.get(name);
    if (reason != null) {
      return new ExpressionFailure(
          "uses '$" + name + "', which is not supported yet", offset, reason);
    }
    if (name.equals("input")) {
      return new ExpressionFailure(
          "uses '$input' where there is none yet", offset, "the raw input is '.' here");
    }
    if (name.equals("output")) {
      return new ExpressionFailure(
          "uses '$output' where there is none", offset, "it is known in export.as");
    }
    SortedSet<String> words = new TreeSet<>(known.variables());
    return new ExpressionFailure("uses the unknown variable '$" + name + "'", offset, "")
        .near("$" + name, words);
  }
}
