package io.corale.flow;

import java.util.Optional;

/**
 * After which time a task, or the composition, fails.
 *
 * @param named the JSON pointer of one that has a name; empty where it stands in its task
 */
record Timeout(Span after, Optional<String> named) {
  /** The place of the time. */
  String place(String owner) {
    return named.orElse(owner + "/timeout") + "/after";
  }
}
