package io.corale.deploy.demo;

import io.corale.client.Invocation;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.Owners;
import io.corale.deploy.recorder.RecorderHistory;
import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import io.corale.wire.Door;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Act 3: the superpeer is killed in the middle of the picture run, and the run goes on.
 *
 * @param held whether every promise held
 * @param outputs of the pictures, in their order
 * @param kill when and whom it killed
 * @param example the invocation whose trace tells most
 */
record KillAct(boolean held, List<Payload> outputs, TimelinePicture.Kill kill, String example) {
  /** So many pictures are done when the kill comes: the middle. */
  private static final int DONE_BEFORE = Story.PICTURES / 3;

  private static final int MAX_LINES = 8;

  KillAct {
    outputs = List.copyOf(outputs);
  }

  static KillAct play(Stage stage) throws IOException, InterruptedException, ExecutionException {
    stage.say("");
    stage.say("ACT 3  The superpeer is killed while " + Story.PICTURES + " pictures are made.");
    List<Invocation> pictures =
        stage.startAll("picture", "picture", Story.PICTURES, ServiceClass.STANDARD);
    Stage.awaitAccepted(pictures);
    stage.await(pictures, DONE_BEFORE);
    Door.CellReport cell = stage.look();
    CoraleProcess superpeer = stage.cluster().node(stage.cluster().indexOf(cell.getSuperpeer()));
    int done = Stage.done(pictures);
    int running = stage.running();
    // Taken before, so that the time it takes to die counts as time without a superpeer.
    long killedNanos = System.nanoTime();
    long killedMillis = System.currentTimeMillis();
    superpeer.kill();
    stage.reigns().end(killedMillis);
    stage.say(
        String.format(
            "    kill -9 %d: %s, superpeer in term %d; %d of %d pictures done, %d labels running",
            superpeer.pid(), superpeer.name(), cell.getTerm(), done, Story.PICTURES, running));
    Invocation after = stage.start("picture", "after-kill", 0, ServiceClass.STANDARD);
    Owners.given(after.accepted().get());
    long ackMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNanos);
    Door.CellReport next = stage.look();
    stage.say(
        String.format(
            "    %d ms later the first new invocation is on record; superpeer is %s in term %d",
            ackMillis, next.getSuperpeer(), next.getTerm()));
    stage.say(
        "    calls that the dead one sent may still run: their slots stay taken until fences end");
    List<Invocation> all = new ArrayList<>(pictures);
    all.add(after);
    stage.await(all, all.size());
    stage.look();
    List<Payload> outputs = Stage.outputs(pictures);
    return judge(stage, all, outputs, new TimelinePicture.Kill(killedMillis, cell.getSuperpeer()));
  }

  private static KillAct judge(
      Stage stage, List<Invocation> all, List<Payload> outputs, TimelinePicture.Kill kill)
      throws IOException, InterruptedException, ExecutionException {
    List<Door.TraceReport> traces = new ArrayList<>();
    for (Invocation invocation : all) {
      traces.add(Owners.given(stage.client().trace(invocation.id()).get()));
    }
    RecorderHistory history = stage.history();
    List<Doubt> doubts = Doubt.of(traces);
    stage.say(
        String.format(
            "    all %d pictures are done; no call ran twice at once: %s; at most %d ran at once",
            outputs.size(),
            history.overlapping().isEmpty() ? "true" : "FALSE " + history.overlapping(),
            history.highest("label")));
    stage.say("    calls whose attempt the kill left in doubt: " + doubts.size());
    doubts.stream().limit(MAX_LINES).forEach(doubt -> stage.say("      " + doubt.line()));
    if (doubts.size() > MAX_LINES) {
      stage.say("      and " + (doubts.size() - MAX_LINES) + " more");
    }
    boolean held = history.overlapping().isEmpty() && history.highest("label") <= Story.CHEAP_LIMIT;
    String example = doubts.isEmpty() ? "picture-1" : doubts.get(0).invocation();
    return new KillAct(held, outputs, kill, example);
  }
}
