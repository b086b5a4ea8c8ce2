package io.corale.client.wfformat;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names that a composition accepts, each given out once, as near to the recorded ones as can be.
 */
final class GivenNames {
  private static final int MAX_CHARS = 63;

  /** Words to which {@code then} or {@code call} gives a meaning. */
  private static final List<String> TAKEN =
      List.of("continue", "exit", "end", "http", "openapi", "grpc", "asyncapi", "a2a", "mcp");

  private final Map<String, String> given = new LinkedHashMap<>();
  private final Set<String> used = new LinkedHashSet<>(TAKEN);

  /** The same for the same recorded name. */
  String of(String recorded) {
    return given.computeIfAbsent(recorded, this::fresh);
  }

  /** One that nobody else has. */
  String fresh(String wished) {
    String name = wished.replaceAll("[^A-Za-z0-9_-]", "-");
    if (name.isEmpty() || !name.matches("[A-Za-z_].*")) {
      name = "_" + name;
    }
    String unique = name.substring(0, Math.min(MAX_CHARS, name.length()));
    for (int number = 2; !used.add(unique); number++) {
      String end = "-" + number;
      unique = name.substring(0, Math.min(MAX_CHARS - end.length(), name.length())) + end;
    }
    return unique;
  }

  /** What was asked for by its recorded name, and the name given. */
  Map<String, String> given() {
    return given;
  }
}
