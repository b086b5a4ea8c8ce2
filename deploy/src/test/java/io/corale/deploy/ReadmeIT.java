package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What README tells a newcomer to type is typed: every {@code sh} block, in order, in one shell.
 */
final class ReadmeIT {
  private static final Pattern SHELL = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");

  @Test
  void theTourOfReadmeWorksAsWritten(@TempDir Path directory) throws Exception {
    Path root = Path.of("..").toAbsolutePath().normalize();
    List<String> blocks =
        SHELL
            .matcher(Files.readString(root.resolve("README.md")))
            .results()
            .map((MatchResult block) -> block.group(1))
            .toList();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(3);
    Path script = directory.resolve("tour.sh");
    // The tour is typed in the checkout; what it makes goes to a directory of its own.
    Files.writeString(
        script,
        "set -euo pipefail\ncd '"
            + root
            + "'\n"
            + String.join("\n", blocks).replace("corale-dev", directory + "/corale-dev"));
    Path output = directory.resolve("tour.out");

    Process tour =
        new ProcessBuilder("bash", script.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = tour.waitFor(180, TimeUnit.SECONDS);
    if (!ended) {
      tour.descendants().forEach(ProcessHandle::destroy);
      tour.destroy();
    }

    String said = Files.readString(output, StandardCharsets.UTF_8);
    System.out.println(said);
    assertThat(ended).as("the tour ended in time; it said: " + said).isTrue();
    assertThat(tour.exitValue()).as(said).isZero();
    assertThat(said).contains("Hello, Ada").contains("completed with");
  }
}
