package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.cli.Surroundings;
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

  private static List<CommandSpec> below(CommandLine command) {
    List<CommandSpec> all = new ArrayList<>();
    for (CommandLine inner : command.getSubcommands().values()) {
      all.add(inner.getCommandSpec());
      all.addAll(below(inner));
    }
    return all;
  }
}
