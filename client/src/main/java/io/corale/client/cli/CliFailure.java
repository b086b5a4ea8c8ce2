package io.corale.client.cli;

import io.corale.model.Refusal;
import java.util.Locale;

/** Ends a command with an exit code and one line for a person. */
final class CliFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CliFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  static CliFailure usage(String message) {
    return new CliFailure(Exit.USAGE, message);
  }

  static CliFailure refused(Refusal refusal) {
    return new CliFailure(Exit.of(refusal.code()), text(refusal));
  }

  static CliFailure unknown(String message) {
    return new CliFailure(
        Exit.UNKNOWN, "unknown whether it was done: " + message + "; asking again is safe");
  }

  static String text(Refusal refusal) {
    String kind = refusal.code().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return kind + ": " + refusal.message();
  }

  int exitCode() {
    return exitCode;
  }
}
