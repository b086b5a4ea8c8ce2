package io.corale.scheduler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark of policies runs, prints the same each time, and names what it cannot use. */
class PolicyBenchTest {
  private static final String MINUTES = "HashOwner,HashFunction,Trigger,480,481\n";
  private static final String PERCENTILES =
      "HashFunction,percentile_Average_0,percentile_Average_1,percentile_Average_25,"
          + "percentile_Average_50,percentile_Average_75,percentile_Average_99,"
          + "percentile_Average_100\n";

  @TempDir private Path directory;

  @Test
  void printsTheSameEachTimeWithAPictureAndNineVerdicts() throws IOException {
    Path picture = directory.resolve("policy.svg");

    String once = run("--generated", "--quick", "--svg", picture.toString());
    String twice = run("--generated", "--quick", "--svg", picture.toString());

    assertThat(once).isEqualTo(twice).contains("Noisy neighbour");
    assertThat(once.lines().filter(line -> line.matches("    (OK|MISSED) .*"))).hasSize(9);
    assertThat(Files.readString(picture)).startsWith("<svg").endsWith("</svg>\n");
  }

  @Test
  void drawsTheLoadThatAScenarioNames() {
    for (World.Deadlines deadlines : World.Deadlines.values()) {
      World world = World.draw(Generated.slice(), new World.Scenario(1.1, deadlines, 0), 2_000, 3);

      double all = .2 * world.load(true) + .8 * world.load(false);

      assertThat(all).isBetween(1.0999, 1.1001);
    }
  }

  @Test
  void readsASliceAndSaysWhatItLeavesOut() throws IOException {
    StringBuilder durations = new StringBuilder(PERCENTILES);
    StringBuilder invocations = new StringBuilder(MINUTES);
    for (int i = 0; i < 12; i++) {
      durations.append("f").append(i).append(",1,2,3,4,5,6,7\n");
      invocations.append("o,f").append(i).append(",http,").append(i).append(",1\n");
    }
    slice(durations.toString(), invocations.append("o,g,http,1,1\no,h,http,0,0\n").toString());

    Slice slice = AzureSlice.read(directory);

    assertThat(slice.functions()).hasSize(12);
    assertThat(slice.functions().get(3).calls()).isEqualTo(4);
    assertThat(slice.skipped()).containsExactly("2 functions that are called have no durations");
  }

  @Test
  void namesTheFileAndTheLineThatItCannotRead() throws IOException {
    refuses("cannot be read");
    slice(PERCENTILES, MINUTES);
    refuses("durations.csv: needs a line of names");
    slice(PERCENTILES + "f,1,2,3,4,5,6\n", MINUTES);
    refuses("durations.csv, line 2: has 7 fields, line 1 names 8");
    slice(PERCENTILES + "f,1,2,3,4,5,6,7\n", MINUTES);
    refuses("invocations.csv: needs a line of names");
    slice(PERCENTILES + "f,1,2,3,4,5,6,7\n", MINUTES + "o,f,http,1,x\n");
    refuses("invocations.csv, line 2: '481' must be a number from 0 to 10^9, was 'x'");
    slice(PERCENTILES + "f,1,2,3,4,5,6,7\nf,1,2,3,4,5,6,7\n", MINUTES);
    refuses("durations.csv, line 3: the function of ");
    slice(PERCENTILES + "f,1,2,9,4,5,6,7\n", MINUTES + "o,f,http,1,1\n");
    refuses("durations.csv, line 2: 'percentile_Average_50' is below the percentile before it");
    slice(PERCENTILES + "f,1,2,3,4,5,6,7\n", MINUTES + "o,f,http,1,1\n");
    refuses("has 1 functions that are called and have durations, needs 10");
  }

  @Test
  void refusesArgumentsThatItDoesNotKnow() {
    assertThatThrownBy(() -> run("--fast")).hasMessageContaining("'--fast' is unknown");
    assertThatThrownBy(() -> run("a", "b")).hasMessageContaining("'b' is unknown");
    assertThatThrownBy(() -> run("--svg")).hasMessageContaining("needs the file");
    assertThatThrownBy(() -> run("--svg", directory.resolve("no/x.svg").toString()))
        .hasMessageContaining("no file in a directory that can be written to");
    assertThatThrownBy(() -> run("a", "--generated")).hasMessageContaining("not both");
  }

  private void slice(String durations, String invocations) throws IOException {
    Files.writeString(directory.resolve("durations.csv"), durations);
    Files.writeString(directory.resolve("invocations.csv"), invocations);
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> AzureSlice.read(directory))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(message);
  }

  private static String run(String... arguments) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PolicyBench.run(List.of(arguments), new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
