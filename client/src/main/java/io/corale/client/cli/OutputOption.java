package io.corale.client.cli;

import picocli.CommandLine.Option;

/** Whether a person or a program reads what a command prints. */
final class OutputOption {
  /** The forms. */
  enum Form {
    TABLE,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "json|table",
      defaultValue = "table",
      description = "For programs or for people (default: ${DEFAULT-VALUE}).")
  private Form form = Form.TABLE;

  boolean isJson() {
    return form == Form.JSON;
  }
}
