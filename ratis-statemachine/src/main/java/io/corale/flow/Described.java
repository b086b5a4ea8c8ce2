package io.corale.flow;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a composition itself says is sent when a function is called, filled in by the task that
 * calls it.
 */
sealed interface Described permits RequestSpec, RpcSpec {
  /**
   * Where its parts stand below the task, {@code /with}; empty where a function of {@code
   * use.functions} describes it, and tasks only give it its input.
   */
  String part();

  /** What it is called in pictures. */
  String shown();

  /** Whether an expression inside mentions this variable. */
  boolean mentions(String variable);

  /** What its provider must know of it that is the same for all calls, and so is in no log. */
  default SortedMap<String, String> settings() {
    return new TreeMap<>();
  }

  /** What it shows that the log must not have. */
  default CallSecrets secrets() {
    return CallSecrets.NONE;
  }

  /** The pointer of a part, for a call by this task. */
  default String at(String place, String name) {
    return part().isEmpty() ? place : place + part() + "/" + name;
  }
}
