package io.corale.client.cli;

/** Reads the numbers of incidents on a command line. */
final class Numbers {
  private Numbers() {}

  static long incident(long number) {
    if (number < 1) {
      throw CliFailure.usage("NUMBER must be at least 1, was " + number);
    }
    return number;
  }
}
