package io.corale.deploy;

import java.util.List;

/**
 * One row of the table of broken inputs.
 *
 * @param what is broken
 * @param file what stands in the file that {@code FILE} in the arguments names; may be empty
 * @param exit the code that scripts see
 * @param expected what a person reads, among other words
 */
record BrokenInput(
    String what, List<String> arguments, String file, int exit, List<String> expected) {
  BrokenInput {
    arguments = List.copyOf(arguments);
    expected = List.copyOf(expected);
  }

  static BrokenInput of(String what, int exit, String command, String... expected) {
    return new BrokenInput(what, List.of(command.split(" ")), "", exit, List.of(expected));
  }

  BrokenInput withFile(String text) {
    return new BrokenInput(what, arguments, text, exit, expected);
  }

  @Override
  public String toString() {
    return what;
  }
}
