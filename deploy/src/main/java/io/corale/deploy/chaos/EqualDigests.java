package io.corale.deploy.chaos;

import io.corale.wire.Door;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Whether all replicas of the owner's cell have the same state, byte for byte. */
final class EqualDigests {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final long POLL_MILLIS = 100;

  /** Writing one takes less. */
  private static final long SNAPSHOT_MILLIS = 3_000;

  private final FaultStage stage;
  private final Consumer<String> said;

  EqualDigests(FaultStage stage, Consumer<String> said) {
    this.stage = stage;
    this.said = said;
  }

  /**
   * Waits until this member, for which something has made it late, has caught up and all have a
   * snapshot at one index; says whose digest differs. To be asked when nothing else runs.
   */
  List<String> await(Door.Member late)
      throws IOException, InterruptedException, ExecutionException {
    long fromNanos = System.nanoTime();
    // What it took from the superpeer is equal anyhow: it must apply something by itself.
    List<String> violations = new ArrayList<>(stage.awaitEnds(List.of(stage.oneMore(fromNanos))));
    Door.CellReport cell = stage.cellAtSuperpeer();
    while (!hasCaughtUp(late.getNode(), cell)) {
      if (FaultStage.millisSince(fromNanos) > PATIENCE.toMillis()) {
        return List.of("liveness: " + late.getNode() + " has not caught up after " + PATIENCE);
      }
      Thread.sleep(POLL_MILLIS);
      cell = stage.cellAtSuperpeer();
    }
    said.accept(
        late.getNode() + " has caught up after " + FaultStage.millisSince(fromNanos) + " ms");
    long askedFromNanos = System.nanoTime();
    while (FaultStage.millisSince(askedFromNanos) < PATIENCE.toMillis()) {
      SortedMap<Long, List<String>> digests = snapshots(cell);
      if (!digests.isEmpty()) {
        violations.addAll(compare(digests, cell));
        return violations;
      }
    }
    return List.of("liveness: no snapshots at one index after " + PATIENCE);
  }

  /**
   * Whether it is a member, and has applied what the superpeer had; it may be brought back first.
   */
  private boolean hasCaughtUp(String node, Door.CellReport cell)
      throws IOException, InterruptedException, ExecutionException {
    return cell.getMembersList().stream().anyMatch(member -> member.getNode().equals(node))
        && stage
            .cellAt(stage.cluster().indexOf(node))
            .filter(its -> its.getApplied() >= cell.getApplied())
            .isPresent();
  }

  /**
   * Has one taken of each member, and waits for them; empty where they are not at one index. The
   * members are asked one after the other, and a verdict on who was away may come in between.
   */
  private SortedMap<Long, List<String>> snapshots(Door.CellReport cell)
      throws IOException, InterruptedException {
    for (Door.Member member : cell.getMembersList()) {
      RatisShell.snapshot(cell, member);
    }
    long fromNanos = System.nanoTime();
    SortedMap<Long, List<String>> digests = fresh(cell);
    while (digests.isEmpty() && FaultStage.millisSince(fromNanos) < SNAPSHOT_MILLIS) {
      Thread.sleep(POLL_MILLIS);
      digests = fresh(cell);
    }
    return digests;
  }

  private SortedMap<Long, List<String>> fresh(Door.CellReport cell) throws IOException {
    return common(cell).tailMap(cell.getApplied());
  }

  private List<String> compare(SortedMap<Long, List<String>> all, Door.CellReport cell) {
    long index = all.lastKey();
    List<String> digests = all.getOrDefault(index, List.of());
    List<String> nodes = cell.getMembersList().stream().map(Door.Member::getNode).toList();
    said.accept("at " + index + " the digests of " + nodes + " are " + digests);
    return digests.stream().distinct().count() == 1
        ? List.of()
        : List.of("divergence: at " + index + " the digests of " + nodes + " are " + digests);
  }

  /** The digests of all members, by the indexes at which each of them has one. */
  private SortedMap<Long, List<String>> common(Door.CellReport cell) throws IOException {
    SortedMap<Long, List<String>> all = new TreeMap<>();
    for (Door.Member member : cell.getMembersList()) {
      ReplicaFiles.of(stage, cell, member)
          .digests()
          .forEach((index, d) -> all.computeIfAbsent(index, i -> new ArrayList<>()).add(d));
    }
    all.values().removeIf(digests -> digests.size() < cell.getMembersCount());
    return all;
  }
}
