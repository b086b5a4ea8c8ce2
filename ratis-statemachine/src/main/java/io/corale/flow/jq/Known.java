package io.corale.flow.jq;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The variables, functions and labels that are known at one place of an expression; for one that
 * may look at secrets only, also which, and whether it looks at its input.
 */
final class Known {
  /** {@code $x}, {@code f/1} or {@code *label}; the innermost last. */
  private final List<String> names = new ArrayList<>();

  private final SortedSet<String> mentioned = new TreeSet<>();
  private final Optional<SortedSet<String>> secrets;
  private final SortedSet<String> mentionedSecrets = new TreeSet<>();
  private int pipes;
  private int lookedAt = -1;

  private Known(SortedSet<String> variables, Optional<SortedSet<String>> secrets) {
    this.secrets = secrets;
    variables.forEach(this::addVariable);
  }

  Known(SortedSet<String> variables) {
    this(variables, Optional.empty());
  }

  /** For an expression that may look at these secrets and at nothing else. */
  static Known ofSecrets(SortedSet<String> secrets) {
    return new Known(new TreeSet<>(), Optional.of(secrets));
  }

  /** The secrets that may be looked at; empty where there is no such thing. */
  Optional<SortedSet<String>> secrets() {
    return secrets;
  }

  void mentionSecret(String name) {
    mentionedSecrets.add(name);
  }

  SortedSet<String> mentionedSecrets() {
    return mentionedSecrets;
  }

  /** What follows gets the output of something else as its input; {@link #unpipe} comes after. */
  void pipe() {
    pipes++;
  }

  void unpipe() {
    pipes--;
  }

  /** Notes that the expression looks at its input here, unless that is the output of another. */
  void lookAtInput(int offset) {
    if (pipes == 0 && lookedAt < 0) {
      lookedAt = offset;
    }
  }

  /** Where it first looks at its input; below 0 where it never does, for certain. */
  int lookedAt() {
    return lookedAt;
  }

  int mark() {
    return names.size();
  }

  void forget(int mark) {
    names.subList(mark, names.size()).clear();
  }

  void addVariable(String name) {
    names.add("$" + name);
  }

  void addFunction(String name, int arguments) {
    names.add(name + "/" + arguments);
  }

  void addLabel(String name) {
    names.add("*" + name);
  }

  boolean hasVariable(String name) {
    mentioned.add(name);
    return names.contains("$" + name);
  }

  boolean hasFunction(String name, int arguments) {
    return names.contains(name + "/" + arguments);
  }

  boolean hasLabel(String name) {
    return names.contains("*" + name);
  }

  /** Every variable that was asked for. */
  SortedSet<String> mentioned() {
    return mentioned;
  }

  /** The functions, as {@code name/arguments}. */
  SortedSet<String> functions() {
    SortedSet<String> functions = new TreeSet<>(names);
    functions.removeIf(name -> name.startsWith("$") || name.startsWith("*"));
    return functions;
  }

  /** The variables, as they are written. */
  SortedSet<String> variables() {
    SortedSet<String> variables = new TreeSet<>(names);
    variables.removeIf(name -> !name.startsWith("$"));
    return variables;
  }
}
