package io.corale.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Promises P1, P2, P4 and P6: the fault script itself is the test. */
final class KillSuperpeerIT {
  /** Too little was running when the kill came: nothing was proved, and nothing was broken. */
  private static final int INCONCLUSIVE = 2;

  private static final int RUNS = 3;

  @Test
  void nothingIsLostDoubledOrOverTheLimitWhenTheSuperpeerIsKilled(@TempDir Path directory) {
    StringWriter said = new StringWriter();
    CommandLine command = new CommandLine(new ChaosCommand()).setOut(new PrintWriter(said));

    int exit = INCONCLUSIVE;
    for (int run = 1; run <= RUNS && exit == INCONCLUSIVE; run++) {
      Path where = directory.resolve("run-" + run);
      exit = command.execute("kill-superpeer", "--directory", where.toString());
    }

    System.out.println(said);
    assertThat(exit).as(said.toString()).isZero();
  }
}
