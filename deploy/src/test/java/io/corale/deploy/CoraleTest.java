package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.cli.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class CoraleTest {
  /** A list of commands shows the first line of each description alone. */
  @Test
  void saysOfEveryCommandInOneSentenceWhatItDoes() {
    assertThat(below(Corale.commandLine(Surroundings.ofProcess())))
        .hasSizeGreaterThan(20)
        .filteredOn(command -> !command.usageMessage().hidden())
        .allSatisfy(
            command ->
                assertThat(command.usageMessage().description()[0])
                    .as(command.qualifiedName())
                    .endsWith("."));
  }

  /** 2 means that a fault script has proved nothing, as its help says. */
  @Test
  void aFaultScriptThatIsToldNonsenseEndsWithTheCodeOfItsHelp() {
    CommandLine corale = Corale.commandLine(Surroundings.ofProcess());
    corale.setErr(new PrintWriter(new StringWriter()));

    assertThat(corale.execute("chaos", "kill-superpeer", "--nonsense")).isEqualTo(64);
    assertThat(corale.execute("chaos", "overlay", "--nodes", "3")).isEqualTo(64);
    assertThat(corale.execute("cells", "--nonsense")).isEqualTo(2);
  }

  private static List<CommandSpec> below(CommandLine command) {
    List<CommandSpec> all = new ArrayList<>();
    for (CommandLine inner : command.getSubcommands().values()) {
      all.add(inner.getCommandSpec());
      all.addAll(below(inner));
    }
    return all;
  }
}
