package io.corale.node.route;

import java.util.Locale;

/**
 * What was full where a submit was refused as overloaded, by how the refusal begins: all who refuse
 * so say that first.
 */
enum Shortage {
  /** Calls that wait, or bytes of them, by the owner's terms. */
  QUEUE("queue: "),
  /** Invocations that have not ended, by the owner's terms. */
  INVOCATIONS("invocations: "),
  /** Submits within a second, by the owner's terms. */
  QUOTA("quota: "),
  /** What a cell keeps, whatever the terms are. */
  CELL("the cell is full: "),
  /** What waits for the log, or is on its way into it. */
  LOG("cell: "),
  /** What waits to be evaluated. */
  NODE("node: "),
  OTHER("");

  private final String beginning;

  Shortage(String beginning) {
    this.beginning = beginning;
  }

  static Shortage of(String message) {
    for (Shortage each : values()) {
      if (message.startsWith(each.beginning)) {
        return each;
      }
    }
    return OTHER;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
