package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.deploy.bench.DensityFigures.Node;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Many owners on a few nodes, all awake, each with a little to do: what their cells take when next
 * to nothing happens in each.
 */
final class DensityRun implements AutoCloseable {
  private static final String COMPOSITION = "one";

  /** So many owners are entered, or born, at once: nobody asks a node for hundreds of births. */
  private static final int AT_ONCE = 4;

  /** Each tries for half a minute; the longest election timeouts that make sense are as long. */
  private static final int BIRTHS = 4;

  /** Between two lines that say how far it is. */
  private static final Duration PROGRESS = Duration.ofSeconds(30);

  /** Any will do, and the same one makes runs alike. */
  private static final long SEED = 20_26;

  private final Path directory;
  private final DensityLoad load;
  private final Consumer<String> progress;
  private final LocalCluster cluster;
  private final Client line;
  private final RandomGenerator chance = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
  private final List<Client> owners = new ArrayList<>();
  private final List<Client> nodes = new ArrayList<>();
  private final List<NodeProbe> probes = new ArrayList<>();

  private DensityRun(
      Path directory, DensityLoad load, Consumer<String> progress, LocalCluster cluster) {
    this.directory = directory;
    this.load = load;
    this.progress = progress;
    this.cluster = cluster;
    this.line = cluster.client("bench").build();
    for (int i = 0; i < load.cells(); i++) {
      owners.add(
          cluster
              .client("owner-%03d".formatted(i))
              .maxInFlight(OpenLoop.MOST_OUTSTANDING)
              .sharing(line)
              .build());
    }
    cluster
        .doors()
        .forEach(
            door ->
                nodes.add(
                    Client.builder().nodes(door).token(cluster.token()).sharing(line).build()));
  }

  /**
   * Keeps its data below {@code directory}.
   *
   * @param progress is told how far it is
   */
  static DensityFigures run(Path directory, DensityLoad load, Consumer<String> progress)
      throws IOException, InterruptedException, ExecutionException, NoFigures {
    Map<String, String> environment =
        Map.of(
            "CORALE_RAFT_ELECTION_MIN", load.elections().min().toString(),
            "CORALE_RAFT_ELECTION_MAX", load.elections().max().toString());
    LocalCluster.Plan plan =
        new LocalCluster.Plan(directory, load.nodes(), "", node -> environment, jvm(load));
    try (LocalCluster cluster = LocalCluster.start(plan);
        DensityRun run = new DensityRun(directory, load, progress, cluster)) {
      return run.measure();
    }
  }

  private static List<String> jvm(DensityLoad load) {
    List<String> options = new ArrayList<>();
    options.add("-Xmx" + load.heapMegabytes() + "m");
    LocalCluster.NODE_JVM.stream()
        .filter(option -> !option.startsWith("-Xmx"))
        .forEach(options::add);
    return options;
  }

  private DensityFigures measure()
      throws IOException, InterruptedException, ExecutionException, NoFigures {
    forAll("entered", this::enter);
    Duration born = forAll("born", this::bear);
    for (int i = 0; i < load.nodes(); i++) {
      String name = cluster.node(i).name();
      probes.add(NodeProbe.of(cluster.node(i), directory.resolve(name)));
    }
    OpenLoop loop = new OpenLoop(owners.stream().map(this::invocation).toList());
    drive(loop, "settles", load.settle(), false);
    Standings before = standings();
    requireAllLed(before);
    List<NodeReading> first = read();
    long beganNanos = System.nanoTime();
    drive(loop, "measures", load.measured(), true);
    Standings after = standings();
    requireAllLed(after);
    Duration elapsed = Duration.ofNanos(System.nanoTime() - beganNanos);
    List<NodeReading> last = read();
    OpenLoop.Result result = loop.end(Chain.PATIENCE);
    return new DensityFigures(
        load, born, before, after, paired(first, last), elapsed, result, loop.latency());
  }

  private List<Node> paired(List<NodeReading> first, List<NodeReading> last) {
    List<Node> paired = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      paired.add(new Node(cluster.node(i).name(), first.get(i), last.get(i)));
    }
    return paired;
  }

  private OpenLoop.Invocation invocation(Client owner) {
    return () -> Chain.run(owner, COMPOSITION, Payload.NULL);
  }

  /** What is done for each owner. */
  private interface Step {
    void take(Client owner) throws InterruptedException, ExecutionException, NoFigures;
  }

  /** A few at once; says how long it took. */
  private Duration forAll(String done, Step step)
      throws InterruptedException, ExecutionException, NoFigures {
    long began = System.nanoTime();
    AtomicInteger count = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (Client owner : owners) {
        all.add(
            threads.submit(
                () -> {
                  step.take(owner);
                  count.incrementAndGet();
                  return null;
                }));
      }
      for (int i = 0; i < all.size(); i++) {
        await(all.get(i));
        if ((i + 1) % 100 == 0 || i + 1 == all.size()) {
          progress.accept(
              "%d of %d owners %s after %.1f s"
                  .formatted(count.get(), all.size(), done, (System.nanoTime() - began) / 1e9));
        }
      }
      return Duration.ofNanos(System.nanoTime() - began);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(Future<?> step)
      throws InterruptedException, ExecutionException, NoFigures {
    try {
      step.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NoFigures) {
        throw new NoFigures(String.valueOf(e.getCause().getMessage()));
      }
      throw e;
    }
  }

  private void enter(Client owner) throws InterruptedException, ExecutionException {
    Owners.enter(owner, Owners.account("sim", "sim", 100, "latency", "PT0S"));
    Owners.publish(owner, Chain.composition(COMPOSITION, 1, false));
  }

  /** A cell is born for its first invocation; where nobody wins its first election, for another. */
  private void bear(Client owner) throws InterruptedException, ExecutionException, NoFigures {
    ClientOutcome outcome = first(owner);
    for (int i = 1; i < BIRTHS && outcome instanceof ClientOutcome.Unknown; i++) {
      outcome = first(owner);
    }
    if (!(outcome instanceof ClientOutcome.Completed)) {
      throw new NoFigures(
          "the first invocation of " + owner.owner().orElseThrow() + ": " + outcome);
    }
  }

  private static ClientOutcome first(Client owner) throws InterruptedException, ExecutionException {
    return Chain.run(owner, COMPOSITION, Payload.NULL).toCompletableFuture().get();
  }

  private void drive(OpenLoop loop, String does, Duration span, boolean isTimed)
      throws InterruptedException, NoFigures {
    loop.run(
        new Arrivals(load.cells(), load.perSecond(), chance),
        span,
        isTimed,
        PROGRESS,
        done -> {
          requireAllAlive();
          progress.accept(
              "%s: %s of %s, %d invocations completed, %d in flight"
                  .formatted(does, done, span, loop.completed(), loop.outstanding()));
        });
  }

  private void requireAllAlive() throws NoFigures {
    for (int i = 0; i < load.nodes(); i++) {
      if (!cluster.node(i).isAlive()) {
        throw new NoFigures(cluster.node(i).name() + " has ended");
      }
    }
  }

  private void requireAllLed(Standings standings) throws NoFigures {
    if (standings.led() < load.cells()) {
      throw new NoFigures(
          "%d of %d cells have a superpeer".formatted(standings.led(), load.cells()));
    }
  }

  private Standings standings() throws InterruptedException, ExecutionException {
    List<List<Door.CellReport>> said = new ArrayList<>();
    for (Client node : nodes) {
      said.add(Owners.given(node.cells().get()).getCellsList());
    }
    return Standings.of(said);
  }

  private List<NodeReading> read() throws IOException {
    List<NodeReading> readings = new ArrayList<>();
    for (NodeProbe probe : probes) {
      readings.add(probe.read());
    }
    return readings;
  }

  @Override
  public void close() throws IOException {
    for (NodeProbe probe : probes) {
      probe.close();
    }
    line.close();
  }
}
