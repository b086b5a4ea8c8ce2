package io.corale.deploy.chaos;

import io.corale.client.Invocation;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.wire.Door;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fills the disk of a node to the last byte, once while it follows and once while it leads. */
@Command(
    name = "disk-full",
    description = {
      "Fills the disk of a node, a loop device of its own, while it follows and while it leads.",
      "Each time the others must go on, and when there is room again the node must take part again",
      "in the same process. Only root may play it, where loop devices may be mounted."
    },
    mixinStandardHelpOptions = true)
public final class DiskFull extends FaultScript {
  private static final Duration PACE = Duration.ofMillis(80);
  private static final long DISK_BYTES = 96L << 20;

  /** So that a disk as small as this one has enough when it is not full. */
  private static final long LOW_BYTES = 16L << 20;

  /** The last, which the others do not need to find each other. */
  private static final int NODE = 2;

  private static final Duration LED = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 100;

  private Optional<SmallDisk> disk = Optional.empty();

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "how long it is full, each time (default ${DEFAULT-VALUE})")
  private int seconds;

  @Override
  Optional<? extends Closeable> prepare(Path where) throws IOException, InterruptedException {
    disk = SmallDisk.mount(where.toAbsolutePath().resolve("n" + (NODE + 1)), DISK_BYTES);
    return disk;
  }

  @Override
  String nodeConfig() {
    return "disk: {low: " + LOW_BYTES + "}";
  }

  @Override
  int play(FaultStage stage) throws IOException, InterruptedException, ExecutionException {
    List<String> violations = new ArrayList<>();
    boolean isBusy = true;
    try (SteadyLoad load = stage.load(PACE)) {
      for (boolean leads : List.of(false, true)) {
        isBusy &= FaultStage.isBusy(stage.awaitBusy(0));
        bring(stage, leads);
        violations.addAll(fill(stage, load, leads));
      }
      List<Invocation> all = load.startNoMore();
      violations.addAll(stage.awaitEnds(all));
      violations.addAll(stage.judge(all).violations());
    }
    violations.addAll(new EqualDigests(stage, this::say).await(member(stage, true)));
    return verdict(violations, isBusy);
  }

  /** The node in question, or another one. */
  private static Door.Member member(FaultStage stage, boolean isIt)
      throws InterruptedException, ExecutionException {
    String name = stage.cluster().node(NODE).name();
    return stage.cellAtSuperpeer().getMembersList().stream()
        .filter(member -> member.getNode().equals(name) == isIt)
        .findFirst()
        .orElseThrow();
  }

  /** Has the node lead, or another one. */
  private static void bring(FaultStage stage, boolean toLead)
      throws IOException, InterruptedException, ExecutionException {
    String name = stage.cluster().node(NODE).name();
    long fromNanos = System.nanoTime();
    while (stage.cellAtSuperpeer().getSuperpeer().equals(name) != toLead) {
      if (FaultStage.millisSince(fromNanos) > LED.toMillis()) {
        throw new IOException("the leadership was not transferred in " + LED);
      }
      RatisShell.transfer(stage.cellAtSuperpeer(), member(stage, toLead));
      Thread.sleep(POLL_MILLIS);
    }
  }

  private List<String> fill(FaultStage stage, SteadyLoad load, boolean leads)
      throws IOException, InterruptedException, ExecutionException {
    Comeback comeback = new Comeback(stage, NODE);
    SmallDisk full = disk.orElseThrow();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < until) {
      // Again and again: what becomes free meanwhile is taken, too.
      full.fill();
      Thread.sleep(POLL_MILLIS);
    }
    full.empty();
    say(
        String.format(
            "the disk of %s was full for %d s while it was %s",
            stage.cluster().node(NODE).name(), seconds, leads ? "the superpeer" : "a follower"));
    return comeback.await(load, this::say);
  }
}
