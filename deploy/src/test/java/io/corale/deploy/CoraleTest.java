package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.cli.Surroundings;
import org.junit.jupiter.api.Test;

class CoraleTest {
  /** The list of commands shows the first line of each description alone. */
  @Test
  void saysOfEveryCommandInOneSentenceWhatItDoes() {
    assertThat(Corale.commandLine(Surroundings.ofProcess()).getSubcommands())
        .isNotEmpty()
        .allSatisfy(
            (name, command) ->
                assertThat(command.getCommandSpec().usageMessage().description()[0])
                    .as(name)
                    .endsWith("."));
  }
}
