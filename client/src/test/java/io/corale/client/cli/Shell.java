package io.corale.client.cli;

import io.corale.client.ScriptedLine;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A user of owner acme at a shell, in front of scripted nodes. */
final class Shell {
  final ScriptedLine line = new ScriptedLine();
  final Map<String, String> environment = new TreeMap<>(Map.of("CORALE_OWNER", "acme"));
  String in = "";
  boolean isTerminal;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Command(name = "corale")
  private static final class Root {}

  /** Types a command; says its exit code. */
  int corale(String... arguments) {
    Surroundings surroundings =
        new Surroundings(
            environment,
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            isTerminal,
            question -> Optional.of(in.toCharArray()),
            line::client);
    return ClientCommands.addTo(new CommandLine(new Root()), surroundings)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** All that was printed to standard output so far. */
  String out() {
    return out.toString();
  }

  /** All that was printed to standard error so far. */
  String err() {
    return err.toString();
  }
}
