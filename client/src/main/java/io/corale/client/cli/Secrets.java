package io.corale.client.cli;

import io.corale.model.SecretName;

/** What the commands about secrets share. */
final class Secrets {
  private Secrets() {}

  static SecretName name(String text) {
    try {
      return new SecretName(text);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  /** Editors and echo end a file with a line break that nobody means. */
  static String withoutLineBreak(String text) {
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
