package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The named command blocks of a page, each run as an administrator pastes it, and compared with the
 * output that the page shows beside it.
 *
 * <p>A line of that output stands for one that comes, in this order, with others between; {@code
 * ...} stands for anything, {@code $name} for the variable's value.
 */
final class ProcedurePage {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|text) ([a-z-]+)\\n(.*?)^```$");
  private static final Pattern HOLE = Pattern.compile("\\.\\.\\.|\\$([a-zA-Z]+)");
  private static final long PATIENCE_SECONDS = 60;

  private final Path root;
  private final Map<String, String> commands = new TreeMap<>();
  private final Map<String, String> expectations = new TreeMap<>();
  private final Set<String> unused;

  private ProcedurePage(Path root, String text) {
    this.root = root;
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      Map<String, String> kind = block.group(1).equals("sh") ? commands : expectations;
      assertThat(kind.put(block.group(2), block.group(3))).as(block.group(2)).isNull();
    }
    assertThat(commands.keySet()).containsAll(expectations.keySet());
    this.unused = new TreeSet<>(commands.keySet());
  }

  /** Reads a page of the checkout in which the tests run. */
  static ProcedurePage read(String name) throws IOException {
    Path root = Path.of("..").toAbsolutePath().normalize();
    return new ProcedurePage(root, Files.readString(root.resolve(name)));
  }

  /** The blocks that were never run. */
  Set<String> unused() {
    return unused;
  }

  /** Runs a block, which must succeed and say what the page shows; returns all that it said. */
  String run(String name, Map<String, String> variables) throws IOException, InterruptedException {
    unused.remove(name);
    Run run = paste(commands.getOrDefault(name, "no such block: " + name), variables);
    assertThat(run.exit()).as(name + " said: " + run.output()).isZero();
    assertThat(run.output()).as(name).containsPattern(expected(name, variables));
    return run.output();
  }

  private Pattern expected(String name, Map<String, String> variables) {
    String lines =
        expectations
            .getOrDefault(name, "")
            .lines()
            .map(line -> filled(line, variables))
            .reduce("", (before, line) -> before + "[\\s\\S]*?^\\s*" + line);
    return Pattern.compile(lines, Pattern.MULTILINE);
  }

  private static String filled(String line, Map<String, String> variables) {
    StringBuilder pattern = new StringBuilder();
    int from = 0;
    Matcher hole = HOLE.matcher(line);
    while (hole.find()) {
      pattern.append(Pattern.quote(line.substring(from, hole.start())));
      String variable = hole.group(1);
      pattern.append(
          variable == null ? ".*" : Pattern.quote(variables.getOrDefault(variable, hole.group())));
      from = hole.end();
    }
    return pattern + Pattern.quote(line.substring(from));
  }

  /** Runs a block that must not succeed. */
  Run attempt(String name, Map<String, String> variables) throws IOException, InterruptedException {
    return paste(commands.getOrDefault(name, "no such block: " + name), variables);
  }

  /** Runs a line of shell with the launchers of the distribution that was just built. */
  Run paste(String line, Map<String, String> variables) throws IOException, InterruptedException {
    Path output = Files.createTempFile("corale-procedure-", ".out");
    try {
      // The launchers of a checkout would build it; those of the distribution are the same files.
      String script = line.replace("deploy/bin/", "deploy/target/dist/bin/");
      ProcessBuilder builder =
          new ProcessBuilder(List.of("bash", "-euo", "pipefail", "-c", script));
      builder.environment().putAll(variables);
      Process process =
          builder
              .directory(root.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.waitFor();
      }
      return new Run(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }

  /** How a block went. */
  record Run(int exit, String output) {}
}
