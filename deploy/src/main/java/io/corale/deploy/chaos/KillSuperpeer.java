package io.corale.deploy.chaos;

import io.corale.client.Invocation;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;

/**
 * Kills the superpeer of a busy cell by {@code kill -9} and proves from the provider's own record
 * that nothing was lost, nothing doubled, no limit exceeded.
 */
@Command(
    name = "kill-superpeer",
    description = {"Kills the superpeer of a busy cell with kill -9 and judges what it promised."},
    mixinStandardHelpOptions = true)
public final class KillSuperpeer extends FaultScript {
  private static final int LEAST_UNFINISHED = 100;
  private static final long ACK_LIMIT_MILLIS = 5_000;

  @Override
  int play(FaultStage stage) throws IOException, InterruptedException, ExecutionException {
    List<Invocation> all = new ArrayList<>(stage.begin());
    Door.CellReport cell = stage.cell();
    CoraleProcess superpeer = stage.cluster().node(stage.cluster().indexOf(cell.getSuperpeer()));
    int running = stage.awaitBusy();
    superpeer.kill();
    long unfinished = all.stream().filter(i -> !i.result().isDone()).count();
    long killedNanos = System.nanoTime();
    say(
        String.format(
            "killed %s, pid %d, superpeer of cell %s.%d in term %d: %d unfinished invocations,"
                + " %d running calls",
            superpeer.name(),
            superpeer.pid(),
            cell.getOwner(),
            cell.getCell(),
            cell.getTerm(),
            unfinished,
            running));
    Invocation after = stage.client().start(FaultStage.COMPOSITION, Payload.ofJson("{\"i\":-1}"));
    Owners.given(after.accepted().get());
    long ackMillis = FaultStage.millisSince(killedNanos);
    say("first acknowledgement " + ackMillis + " ms after the kill");
    all.add(after);
    List<String> violations = new ArrayList<>(stage.awaitEnds(all));
    say(
        "all "
            + all.size()
            + " ended "
            + FaultStage.millisSince(killedNanos)
            + " ms after the kill");
    if (ackMillis > ACK_LIMIT_MILLIS) {
      violations.add(
          "recovery: first acknowledgement after " + ackMillis + " ms, limit " + ACK_LIMIT_MILLIS);
    }
    violations.addAll(stage.judge(all).violations());
    return verdict(violations, unfinished >= LEAST_UNFINISHED && FaultStage.isBusy(running));
  }
}
