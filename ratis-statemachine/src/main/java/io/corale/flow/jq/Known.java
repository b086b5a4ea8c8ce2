package io.corale.flow.jq;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The variables, functions and labels that are known at one place of an expression. */
final class Known {
  /** {@code $x}, {@code f/1} or {@code *label}; the innermost last. */
  private final List<String> names = new ArrayList<>();

  private final SortedSet<String> mentioned = new TreeSet<>();

  Known(SortedSet<String> variables) {
    variables.forEach(this::addVariable);
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
