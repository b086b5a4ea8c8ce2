package io.corale.deploy.chaos;

import io.corale.client.Invocation;
import io.corale.wire.Door;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A replica that comes back when the log does not have its next entry any more, or with a disk that
 * is not as it was; in the end its state must be that of the others, byte for byte.
 */
@Command(
    name = "lagging-replica",
    description = {
      "Lets a replica fall behind a purged log, wipes and damages it, and compares what it has.",
      "It must take the superpeer's snapshot, or be made up for by an older one, or be brought"
          + " back",
      "empty by its superpeer; then the digests of all replicas at one index must be equal."
    },
    mixinStandardHelpOptions = true)
public final class LaggingReplica extends FaultScript {

  /** A log is purged by files of 1 MB; without this in all inputs a small run would fill none. */
  private static final int FILL = 6_000_000;

  /** An input is not to be larger than 32 KiB. */
  private static final int MOST_TEXT = 30_000;

  @Option(
      names = "--snapshot-every",
      defaultValue = "500",
      description = "entries of the log from snapshot to snapshot (default ${DEFAULT-VALUE})")
  private int snapshotEvery;

  @Option(
      names = "--then",
      split = ",",
      defaultValue = "WIPED,TRUNCATED,FLIPPED,ALL_FLIPPED",
      description = "what befalls it after that, one after the other: ${COMPLETION-CANDIDATES}")
  private List<Fault> faults = List.of();

  /** What befalls a replica while its node is down. */
  enum Fault {
    /** The whole disk of its node is lost. */
    WIPED,
    /** Its newest snapshot ends in the middle. */
    TRUNCATED,
    /** A bit of its newest snapshot is another. */
    FLIPPED,
    /** A bit of each of its snapshots is another. */
    ALL_FLIPPED,
    /** Nothing: for a short run. */
    NOTHING
  }

  @Override
  String nodeConfig() {
    return "snapshot: {entries: " + snapshotEvery + "}";
  }

  @Override
  int play(FaultStage stage) throws IOException, InterruptedException, ExecutionException {
    // Its first invocation brings the cell to the world; who has no replica yet cannot lag behind.
    List<String> violations =
        new ArrayList<>(stage.awaitEnds(List.of(stage.oneMore(System.nanoTime()))));
    Door.CellReport cell = stage.cellAtSuperpeer();
    Door.Member late =
        cell.getMembersList().stream()
            .filter(member -> !member.getNode().equals(cell.getSuperpeer()))
            .findFirst()
            .orElseThrow();
    int node = stage.cluster().indexOf(late.getNode());
    ReplicaFiles files = ReplicaFiles.of(stage, cell, late);
    long had = cell.getApplied();
    if (!stage.awaitApplied(node, had)) {
      return verdict(List.of("liveness: " + late.getNode() + " does not follow"), true);
    }
    stage.cluster().node(node).kill();
    say("killed " + late.getNode() + ", a follower, which had " + had + " entries");

    int text = Math.min(MOST_TEXT, FILL / stage.options().invocations());
    List<Invocation> all = stage.begin("x".repeat(text));
    violations.addAll(stage.awaitEnds(all));
    stage.cluster().restart(node);
    violations.addAll(new EqualDigests(stage, this::say).await(late));
    boolean isReplayed = files.logBegin().orElse(0) <= had;
    long installed = installed(stage, late).stream().filter(index -> index > had).count();
    say(
        String.format(
            "%s took a snapshot of the superpeer's %d times; its log begins with entry %d",
            late.getNode(), installed, files.logBegin().orElse(0)));
    violations.addAll(stage.judge(all).violations());
    for (Fault fault : faults) {
      violations.addAll(befall(fault, stage, late));
    }
    return verdict(violations, !isReplayed && installed > 0);
  }

  private List<String> befall(Fault fault, FaultStage stage, Door.Member late)
      throws IOException, InterruptedException, ExecutionException {
    if (fault == Fault.NOTHING) {
      return List.of();
    }
    Door.CellReport cell = stage.cellAtSuperpeer();
    int node = stage.cluster().indexOf(late.getNode());
    NodeWords words = new NodeWords(stage);
    ReplicaFiles files = ReplicaFiles.of(stage, cell, late);
    stage.cluster().node(node).kill();
    say(late.getNode() + " " + fault);
    int before = madeUpFor(stage, late);
    long lost = words.times(late, NodeWords.LOST);
    switch (fault) {
      case TRUNCATED -> files.truncate();
      case FLIPPED -> files.flip(1);
      case ALL_FLIPPED -> files.flip(Integer.MAX_VALUE);
      case WIPED -> files.loseDisk();
      case NOTHING -> throw new IllegalStateException("it is nothing");
    }
    stage.cluster().restart(node);
    boolean isNoticed =
        switch (fault) {
          case TRUNCATED, FLIPPED -> madeUpFor(stage, late) > before;
          case ALL_FLIPPED -> words.isSaid(late, NodeWords.LOST, lost);
          case WIPED, NOTHING -> true;
        };
    return isNoticed
        ? new EqualDigests(stage, this::say).await(late)
        : List.of("damage: " + late.getNode() + " did not notice");
  }

  /** How often this node went on from another snapshot than the newest. */
  private static int madeUpFor(FaultStage stage, Door.Member member) throws IOException {
    return (int)
        new NodeWords(stage)
            .logOf(member).stream().filter(l -> l.contains("damaged; going on with")).count();
  }

  /** At which indexes this node took a snapshot of the superpeer's. */
  private static List<Long> installed(FaultStage stage, Door.Member member) throws IOException {
    String mark = "took the superpeer's snapshot at ";
    return new NodeWords(stage)
        .logOf(member).stream()
            .filter(line -> line.contains(mark))
            .map(line -> line.substring(line.indexOf(mark) + mark.length()).split(",", 2)[0])
            .map(Long::parseLong)
            .toList();
  }
}
