package io.corale.deploy.chaos;

import io.corale.client.Invocation;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Damages the storage of a follower while callers come; its superpeer must bring it back. */
@Command(
    name = "damage",
    description = {
      "Kills a follower of a busy cell, damages or wipes what it has on disk, and starts it again.",
      "It must not go on from that; its superpeer must remove it and add it anew by itself, while",
      "the cell serves; in the end the digests of all replicas must be equal."
    },
    mixinStandardHelpOptions = true)
public final class Damage extends FaultScript {
  private static final Duration PACE = Duration.ofMillis(80);

  /** What was applied in the last second before a death may be lost unnoticed. */
  private static final Duration BEFORE = Duration.ofSeconds(3);

  @Option(
      names = "--kind",
      split = ",",
      defaultValue = "truncated,torn,flipped,wiped,old_disk",
      converter = InLowerCase.class,
      description =
          "truncated, torn, flipped, wiped or old_disk, one after the other (default: all)")
  private List<Kind> kinds = List.of();

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "chooses the follower and what is damaged (default ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--silence",
      paramLabel = "MILLIS",
      defaultValue = "1000",
      description = "the longest between two acknowledgements (default ${DEFAULT-VALUE})")
  private long mostSilentMillis;

  /** What befalls the follower. */
  enum Kind {
    /** The end of its log is missing, at the border of an entry. */
    TRUNCATED,
    /** The last entry of its log is half there. */
    TORN,
    /** A bit of an entry is another. */
    FLIPPED,
    /** The whole disk of its node is lost. */
    WIPED,
    /** Its node comes back on an empty disk, and then is to be started on the one from before. */
    OLD_DISK
  }

  /** How a kind is typed. */
  static final class InLowerCase implements ITypeConverter<Kind> {
    @Override
    public Kind convert(String typed) {
      return Kind.valueOf(typed.toUpperCase(Locale.ROOT));
    }
  }

  @Override
  int play(FaultStage stage)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Random chance = new Random(seed);
    List<String> violations =
        new ArrayList<>(stage.awaitEnds(List.of(stage.oneMore(System.nanoTime()))));
    Door.CellReport cell = stage.cellAtSuperpeer();
    List<Door.Member> followers =
        cell.getMembersList().stream()
            .filter(member -> !member.getNode().equals(cell.getSuperpeer()))
            .toList();
    Door.Member hurt = followers.get(chance.nextInt(followers.size()));
    List<Invocation> all;
    boolean isBusy;
    try (SteadyLoad load = stage.load(PACE)) {
      isBusy = FaultStage.isBusy(stage.awaitBusy(0));
      for (Kind kind : kinds) {
        violations.addAll(befall(kind, stage, load, hurt, chance));
      }
      all = load.startNoMore();
    }
    violations.addAll(stage.awaitEnds(all));
    violations.addAll(new EqualDigests(stage, this::say).await(hurt));
    violations.addAll(stage.judge(all).violations());
    return verdict(violations, isBusy);
  }

  private List<String> befall(
      Kind kind, FaultStage stage, SteadyLoad load, Door.Member hurt, Random chance)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    NodeWords words = new NodeWords(stage);
    Thread.sleep(BEFORE.toMillis());
    int node = stage.cluster().indexOf(hurt.getNode());
    // Its log is lost with its disk.
    boolean isEmpty = kind == Kind.WIPED || kind == Kind.OLD_DISK;
    long back = isEmpty ? 0 : words.times(hurt, NodeWords.BACK);
    long lost = words.times(hurt, NodeWords.LOST);
    long fromNanos = System.nanoTime();
    stage.cluster().node(node).kill();
    ReplicaFiles files = ReplicaFiles.of(stage, stage.cellAtSuperpeer(), hurt);
    List<String> violations = new ArrayList<>();
    if (kind == Kind.OLD_DISK) {
      violations.addAll(startOnOldDisk(stage, files, hurt));
    } else {
      damage(kind, files, chance);
    }
    stage.cluster().restart(node);
    if (!isEmpty && !words.isSaid(hurt, NodeWords.LOST, lost)) {
      violations.add("damage: " + hurt.getNode() + " started what was " + kind);
    } else if (!words.isSaid(hurt, NodeWords.BACK, back)) {
      violations.add("repair: " + hurt.getNode() + ", " + kind + ", does not come back");
    }
    long took = FaultStage.millisSince(fromNanos);
    load.awaitAcknowledged(1);
    long silent = load.longestSilence(fromNanos, System.nanoTime()).toMillis();
    say(
        String.format(
            "%s %s: a member again %d ms after it was killed; longest silence %d ms",
            hurt.getNode(), kind, took, silent));
    if (silent > mostSilentMillis) {
      violations.add("silence: " + silent + " ms while " + hurt.getNode() + " was " + kind);
    }
    return violations;
  }

  /**
   * What it has kept has forgotten a life. The node must not start, or end as soon as it hears of
   * that life, where it has no seed to ask but itself; and it says why.
   */
  private static List<String> startOnOldDisk(FaultStage stage, ReplicaFiles files, Door.Member hurt)
      throws IOException, InterruptedException {
    int node = stage.cluster().indexOf(hurt.getNode());
    Path old = files.loseDisk();
    stage.cluster().restart(node);
    List<String> violations = new ArrayList<>();
    if (!new NodeWords(stage).isSaid(hurt, NodeWords.BACK, 0)) {
      violations.add("repair: " + hurt.getNode() + " does not come back on an empty disk");
    }
    stage.cluster().node(node).kill();
    files.loseDisk();
    files.putBack(old);
    try {
      stage.cluster().restart(node);
      if (!new NodeWords(stage).isSaid(hurt, NodeWords.OLD_DISK, 0)) {
        violations.add("damage: " + hurt.getNode() + " goes on with its disk of former days");
      }
      stage.cluster().node(node).kill();
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains(NodeWords.OLD_DISK)) {
        throw e;
      }
    }
    violations.addAll(startOnceMore(stage, hurt));
    files.loseDisk();
    return violations;
  }

  /** As whoever supervises nodes does when one has ended. */
  private static List<String> startOnceMore(FaultStage stage, Door.Member hurt)
      throws IOException, InterruptedException {
    int node = stage.cluster().indexOf(hurt.getNode());
    try {
      stage.cluster().restart(node);
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains(NodeWords.RETIRED)) {
        throw e;
      }
      return List.of();
    }
    stage.cluster().node(node).kill();
    return List.of("damage: " + hurt.getNode() + " starts on its disk of former days after all");
  }

  private static void damage(Kind kind, ReplicaFiles files, Random chance) throws IOException {
    switch (kind) {
      case TRUNCATED -> files.truncateLog(chance);
      case TORN -> files.tearLog(chance);
      case FLIPPED -> files.flipLog(chance);
      case WIPED -> files.loseDisk();
      case OLD_DISK -> throw new IllegalArgumentException("more than damage: " + kind);
    }
  }
}
