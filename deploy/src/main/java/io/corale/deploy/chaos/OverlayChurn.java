package io.corale.deploy.chaos;

import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Trees;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Joins, crashes, restarts and departures of many real nodes, and what each then shows. */
@Command(
    name = "overlay",
    description = {
      "Starts, kills, restarts and stops nodes of a larger cluster and judges their views.",
      "After each step all nodes that are up must show each other, and nobody else, within a",
      "bound; while nothing happens none may miss another one. Prints how long each step took,",
      "and what each node takes of a processor and sends by datagrams while nothing happens."
    },
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 64,
    exitCodeOnExecutionException = 3,
    footer = {
      "",
      "Exit 0: every promise held; 1: one was broken; 3: it could not be played; 64: bad options."
    })
public final class OverlayChurn implements Callable<Integer> {
  private static final Duration TO_LEAVE = Duration.ofSeconds(15);
  private static final long LOOK_MILLIS = 1_000;
  private static final double NANOS = 1e9;

  /** Who leaves says so. */
  private static final int LEAVING = 2;

  @Option(
      names = "--nodes",
      defaultValue = "20",
      description = "processes, each with 256 MiB of heap (default ${DEFAULT-VALUE})")
  private int nodes;

  @Option(
      names = "--kill",
      defaultValue = "5",
      description = "killed at once, and started again (default ${DEFAULT-VALUE})")
  private int kill;

  @Option(
      names = "--quiet",
      paramLabel = "DURATION",
      defaultValue = "PT30S",
      description = "while nothing happens (default ${DEFAULT-VALUE})")
  private Duration quiet = Duration.ofSeconds(30);

  @Option(
      names = "--bound",
      paramLabel = "DURATION",
      defaultValue = "PT30S",
      description = "until all views are equal, after each step (default ${DEFAULT-VALUE})")
  private Duration bound = Duration.ofSeconds(30);

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "for data and logs; kept (default: a temporary one, deleted if all held)")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  private final List<String> violations = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (kill < 1 || nodes < kill + LEAVING + 1 || nodes > LocalCluster.Plan.MAX_NODES) {
      throw new ParameterException(
          Objects.requireNonNull(spec, "picocli sets it").commandLine(),
          "--nodes must be from --kill + "
              + (LEAVING + 1)
              + " to "
              + LocalCluster.Plan.MAX_NODES
              + ", and --kill at least 1");
    }
    Path where = directory != null ? directory : Files.createTempDirectory("corale-chaos-");
    try (LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(where, nodes, ""));
        NodeViews views = new NodeViews(cluster)) {
      play(cluster, views);
    }
    violations.forEach(violation -> say("VIOLATED " + violation));
    if (violations.isEmpty()) {
      say("OK: all nodes showed each other, and nobody else");
    }
    if (violations.isEmpty() && directory == null) {
      Trees.delete(where);
    } else {
      say("data and logs are in " + where);
    }
    return violations.isEmpty() ? FaultScript.HELD : FaultScript.BROKEN;
  }

  private void play(LocalCluster cluster, NodeViews views)
      throws IOException, InterruptedException {
    List<Integer> all = IntStream.range(0, nodes).boxed().toList();
    expect(views, all, nodes + " have joined");
    watch(cluster, views, all);

    List<Integer> victims = all.subList(nodes - kill, nodes);
    List<Integer> others = all.subList(0, nodes - kill);
    for (int victim : victims) {
      cluster.node(victim).kill();
    }
    expect(views, others, kill + " were killed at once");

    cluster.restartAll(victims, Duration.ZERO);
    expect(views, all, kill + " are back and ready");

    List<Integer> leaving = others.subList(1, 1 + LEAVING);
    List<Integer> staying = all.stream().filter(node -> !leaving.contains(node)).toList();
    for (int node : leaving) {
      if (!cluster.node(node).stop(TO_LEAVE)) {
        violations.add(cluster.node(node).name() + " had not left after " + TO_LEAVE);
      }
    }
    expect(views, staying, LEAVING + " have left");
  }

  private void expect(NodeViews views, List<Integer> up, String step) throws InterruptedException {
    Optional<Long> millis = views.awaitEqual(up, bound);
    if (millis.isPresent()) {
      say(String.format("%s: views of %d nodes equal after %d ms", step, up.size(), millis.get()));
    } else {
      violations.add(step + ": views differ after " + bound + ": " + views.alive(up));
    }
  }

  /** Nobody is missed where nothing happens; what that costs each node. */
  private void watch(LocalCluster cluster, NodeViews views, List<Integer> all)
      throws InterruptedException {
    List<Double> bytes = all.stream().map(views::sentBytes).toList();
    List<Duration> processor = all.stream().map(node -> used(cluster.node(node))).toList();
    long fromNanos = System.nanoTime();
    while (FaultStage.millisSince(fromNanos) < quiet.toMillis()) {
      Thread.sleep(LOOK_MILLIS);
      if (!views.isEqual(all)) {
        violations.add("while nothing happened somebody was missed: " + views.alive(all));
        return;
      }
    }
    double seconds = (System.nanoTime() - fromNanos) / NANOS;
    say("node   bytes/s   % of a processor (the whole process, asked by us each second)");
    for (int node : all) {
      Duration used = used(cluster.node(node)).minus(processor.get(node));
      say(
          String.format(
              "%-4s %9.0f %9.1f",
              cluster.node(node).name(),
              (views.sentBytes(node) - bytes.get(node)) / seconds,
              100 * used.toNanos() / NANOS / seconds));
    }
  }

  private static Duration used(CoraleProcess node) {
    return ProcessHandle.of(node.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  private void say(String line) {
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
