package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PeersCommandTest {
  /** On a disk, where temporary files may lie in memory. */
  private static final String BUILD = "--directory=target";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    List<String> all = Stream.concat(Stream.of(BUILD), Arrays.stream(arguments)).toList();
    return new CommandLine(new PeersCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all.toArray(String[]::new));
  }

  @Test
  void needsOnlyWhatIsNamed() {
    assertThat(execute("--list-needed", "--only=zeebe,corale,corale-http")).isZero();
    assertThat(out.toString().lines()).containsExactly("zeebe");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--only=kafka",
        "--only=restate",
        "--steps=0",
        "--rounds=0",
        "--in-flight=256,0",
        "--in-flight=16385",
        "--restate-partitions=0",
        "--zeebe-partitions=0",
        "--warm-up=PT-1S",
        "--time=PT0S"
      })
  void refusesWhatMakesNoSenseBeforeAnythingStarts(String option) {
    assertThat(execute(option)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aTurnWithoutFiguresDoesNotEndTheRun() {
    int exit =
        execute("--programs=target/none", "--jdk=target/none", "--only=restate", "--rounds=2");

    assertThat(exit).isEqualTo(1);
    assertThat(out.toString())
        .contains("round 1, restate: no figures", "round 2, restate: no figures")
        .contains("NOT SOUND: restate in round 2");
  }
}
