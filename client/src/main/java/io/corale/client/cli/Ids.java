package io.corale.client.cli;

import io.corale.model.InvocationId;

/** Reads the ids on a command line. */
final class Ids {
  private Ids() {}

  static InvocationId parse(String text) {
    try {
      return new InvocationId(text);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
