package io.corale.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Promises P1, P2, P4 and P6: the fault scripts themselves are the tests, in their short forms. */
final class ChaosIT {
  private static final int RUNS = 3;

  /** What failed is looked into. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @Test
  void nothingIsLostDoubledOrOverTheLimitWhenTheSuperpeerIsKilled() {
    hold("kill-superpeer");
  }

  @Test
  void whatWasAcknowledgedIsThereAndEndsAfterAllNodesWereKilledAtOnce() {
    hold("kill-all", "--invocations", "120");
  }

  @Test
  void servedOwnersDoNotNoticeThatZooKeeperIsAway() {
    hold("zookeeper-away", "--invocations", "40", "--seconds", "8");
  }

  @Test
  void aSuperpeerThatStoodStillSendsNothingOnWakingUp() {
    hold("pause-superpeer", "--seconds", "3,6");
  }

  @Test
  void nobodyIsRefusedWhileTheNodesAreRestartedOneAfterTheOther() {
    hold("rolling-restart");
  }

  @Test
  void allNodesShowEachOtherAndNobodyElseWhateverBecomesOfSome() {
    hold("overlay", "--nodes", "5", "--kill", "1", "--quiet", "PT5S");
  }

  @Test
  void aReplicaThatLaggedBehindThePurgedLogIsEqualInTheEnd() {
    hold(
        "lagging-replica",
        "--invocations",
        "400",
        "--snapshot-every",
        "100",
        "--limit",
        "64",
        "--then",
        "NOTHING");
  }

  @Test
  void aDamagedReplicaIsNotStartedAndComesBackWhileItsCellServes() {
    hold("damage", "--kind", "truncated", "--silence", "3000");
  }

  @Test
  void aPlannedTransferSendsNothingTwiceAndRefusesNobody() {
    hold("transfer", "--times", "4");
  }

  /** Rule 11: what runs goes on where it is, and what had not left starts at the heir at once. */
  @Test
  void noCallOfSecondsIsSentTwiceOrAwaitsAFenceAtAPlannedTransfer() {
    hold("transfer", "--times", "2", "--call", "PT3S", "--steps", "1", "--limit", "16");
  }

  /** Where too little was running when the fault came, nothing was proved and nothing broken. */
  private void hold(String script, String... options) {
    StringWriter said = new StringWriter();
    int exit = FaultScript.INCONCLUSIVE;
    for (int run = 1; run <= RUNS && exit == FaultScript.INCONCLUSIVE; run++) {
      CommandLine command = new CommandLine(new ChaosCommand()).setOut(new PrintWriter(said));
      String[] arguments = new String[options.length + 3];
      arguments[0] = script;
      System.arraycopy(options, 0, arguments, 1, options.length);
      arguments[options.length + 1] = "--directory";
      arguments[options.length + 2] = directory.resolve("run-" + run).toString();
      exit = command.execute(arguments);
    }

    System.out.println(said);
    assertThat(exit).as(said.toString()).isZero();
  }
}
