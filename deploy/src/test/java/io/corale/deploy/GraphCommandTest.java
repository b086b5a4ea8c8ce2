package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.cli.Exit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GraphCommandTest {
  private static final String EXAMPLE = "../examples/fork.yaml";

  @TempDir private Path directory = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object command, String... arguments) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void drawsMermaidToStandardOutput() {
    assertThat(run(new GraphCommand(), EXAMPLE)).isEqualTo(Exit.OK);

    assertThat(out.toString()).startsWith("flowchart TD\n").endsWith("\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void drawsAnSvgIntoAFile() throws IOException {
    Path file = directory.resolve("fork.svg");

    assertThat(run(new GraphCommand(), EXAMPLE, "--svg", "-o", file.toString())).isEqualTo(Exit.OK);

    assertThat(Files.readString(file)).startsWith("<svg ").endsWith("</svg>\n");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void saysOfABrokenFileWhatValidateSays() throws IOException {
    String file =
        Files.writeString(directory.resolve("b.yaml"), "do:\n  - a: {cal: b}\n").toString();
    int validated = run(new ValidateCommand(), file);
    String findings = err.toString();
    err.getBuffer().setLength(0);

    assertThat(run(new GraphCommand(), file)).isEqualTo(validated).isEqualTo(Exit.USAGE);

    assertThat(err.toString()).isEqualTo(findings).contains("b.yaml:2:9: unknown key 'cal'");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void saysThatAFileCannotBeReadOrWritten() {
    assertThat(run(new GraphCommand(), "nowhere.yaml")).isEqualTo(Exit.USAGE);
    assertThat(run(new GraphCommand(), EXAMPLE, "-o", directory.toString())).isEqualTo(Exit.USAGE);

    assertThat(err.toString())
        .contains("nowhere.yaml: there is no such file", directory + ": cannot be written");
  }
}
