package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.client.cli.Scraped;
import io.corale.deploy.bench.NodeReading.Share;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Quiet owners alone and beside one that floods a node, in turns within the same run. */
final class NeighboursRun implements AutoCloseable {
  private static final int NODES = 3;
  private static final String CONFIG = "http: {privateTargets: [localhost]}\n";
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private static final String FLOODING = "flood";
  private static final Duration DRAIN = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 200;
  private static final long SEED = 20_26;
  private static final RandomGeneratorFactory<RandomGenerator> CHANCE =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private final NeighboursPlan plan;
  private final Path directory;
  private final Consumer<String> progress;
  private final LocalCluster cluster;
  private final NodeLooks looks;
  private final Client line;
  private final List<Client> owners = new ArrayList<>();
  private final List<String> superpeers = new ArrayList<>();

  private NeighboursRun(
      NeighboursPlan plan,
      Path directory,
      Consumer<String> progress,
      LocalCluster cluster,
      NodeLooks looks) {
    this.plan = plan;
    this.directory = directory;
    this.progress = progress;
    this.cluster = cluster;
    this.looks = looks;
    this.line = cluster.client("line").build();
  }

  /** Keeps its data below {@code directory}. */
  static NeighboursFigures run(Path directory, NeighboursPlan plan, Consumer<String> progress)
      throws IOException, InterruptedException, ExecutionException, NoFigures {
    Path record = directory.resolve("record.ndjson").toAbsolutePath();
    CoraleProcess recorder =
        CoraleProcess.start(
            "recorder",
            directory,
            List.of("-Xmx512m"),
            List.of("recorder", "--out", record.toString()));
    NodeLooks looks = new NodeLooks(NODES);
    try (LocalCluster cluster =
            LocalCluster.start(
                new LocalCluster.Plan(directory, NODES, CONFIG, looks::environment).measured());
        NeighboursRun run = new NeighboursRun(plan, directory, progress, cluster, looks)) {
      return run.measure(recorder.await("READY", ANSWER).substring("READY ".length()));
    } finally {
      recorder.stop(ANSWER);
    }
  }

  private NeighboursFigures measure(String url)
      throws IOException, InterruptedException, ExecutionException, NoFigures {
    Client flooding = client(FLOODING);
    BenchOwner.enter(flooding, url, NeighboursPlan.FLOOD_LIMIT, NeighboursPlan.LATENCY);
    BenchOwner.bear(flooding);
    BenchOwner.agree(flooding, NeighboursPlan.FLOOD_QUEUE);
    String node = BenchOwner.superpeer(flooding);
    for (int i = 0; i < plan.owners(); i++) {
      Client owner = client("quiet-%02d".formatted(i));
      BenchOwner.enter(owner, url, NeighboursPlan.LIMIT, NeighboursPlan.LATENCY);
      BenchOwner.bear(owner);
      owners.add(owner);
      superpeers.add(BenchOwner.superpeer(owner));
    }
    if (led(node) == 0) {
      throw new NoFigures(
          "no quiet owner is led by %s, which is flooded: try again".formatted(node));
    }
    progress.accept("%s is flooded, and leads %d of the others".formatted(node, led(node)));
    String door = cluster.doors().get(cluster.indexOf(node));
    try (FloodProcess flood = FloodProcess.start(directory, cluster, door, FLOODING, plan);
        NodeProbe probe =
            NodeProbe.of(cluster.node(cluster.indexOf(node)), cluster.directory().resolve(node))) {
      return new Rounds(node, FLOODING, flood, probe).all();
    }
  }

  private Client client(String owner) {
    return cluster.client(owner).maxInFlight(OpenLoop.MOST_OUTSTANDING).sharing(line).build();
  }

  private int led(String node) {
    return (int) superpeers.stream().filter(node::equals).count();
  }

  /** The times alone and beside the flood. */
  private final class Rounds {
    private final int node;
    private final String flooding;
    private final FloodProcess flood;
    private final NodeProbe probe;
    private final List<NeighboursFigures.Round> alone = new ArrayList<>();
    private final List<NeighboursFigures.Round> flooded = new ArrayList<>();
    private final List<Flood.Answers> answers = new ArrayList<>();
    private final List<List<Holdup.Mean>> aloneMeans = new ArrayList<>();
    private final List<List<Holdup.Mean>> floodedMeans = new ArrayList<>();
    private SortedMap<ThreadKind, Share> aloneThreads = new TreeMap<>();
    private SortedMap<ThreadKind, Share> floodedThreads = new TreeMap<>();

    Rounds(String node, String flooding, FloodProcess flood, NodeProbe probe) {
      this.node = cluster.indexOf(node);
      this.flooding = flooding;
      this.flood = flood;
      this.probe = probe;
    }

    NeighboursFigures all()
        throws IOException, InterruptedException, ExecutionException, NoFigures {
      warmUp();
      for (int i = 1; i <= plan.rounds(); i++) {
        alone(i);
        flooded(i);
        progress.accept("round %d of %d is over".formatted(i, plan.rounds()));
      }
      int moved = moved();
      String name = cluster.node(node).name();
      return new NeighboursFigures(
          plan,
          name,
          led(name),
          moved,
          alone,
          flooded,
          answers,
          Holdup.of(aloneMeans, floodedMeans),
          new NeighboursFigures.Threads(aloneThreads, floodedThreads, plan.span()));
    }

    /** Half of it beside the flood, for which there is much to compile. */
    private void warmUp() throws IOException, InterruptedException, NoFigures {
      Duration half = plan.warmUp().dividedBy(2);
      if (half.isZero()) {
        return;
      }
      quiet(half, 0);
      flood.begin();
      quiet(half, 0);
      progress.accept("warm-up: the flood had " + flood.end());
      awaitDrained();
    }

    /** Of one round the same is due at the same moments, alone and beside the flood. */
    private QuietLoad quiet(Duration span, int round) throws InterruptedException, NoFigures {
      QuietLoad load =
          new QuietLoad(owners, owner -> superpeers.get(owner).equals(cluster.node(node).name()));
      load.run(plan.perSecond(), span, CHANCE.create(SEED + round));
      return load;
    }

    private void alone(int round) throws IOException, InterruptedException, NoFigures {
      Scraped before = looks.look(node);
      NodeReading reading = probe.read();
      QuietLoad load = quiet(plan.span(), round);
      aloneThreads = probe.read().sharesSince(reading);
      aloneMeans.add(Holdup.between(before, looks.look(node), flooding));
      alone.add(load.round(plan.span()));
    }

    private void flooded(int round) throws IOException, InterruptedException, NoFigures {
      Scraped before = looks.look(node);
      NodeReading reading = probe.read();
      flood.begin();
      QuietLoad load = quiet(plan.span(), round);
      floodedThreads = probe.read().sharesSince(reading);
      floodedMeans.add(Holdup.between(before, looks.look(node), flooding));
      answers.add(flood.end());
      flooded.add(load.round(plan.span()));
      awaitDrained();
    }

    /** What the flood has left behind is no neighbour's. */
    private void awaitDrained() throws IOException, InterruptedException, NoFigures {
      Map<String, String> owner = Map.of("owner", flooding);
      long until = System.nanoTime() + DRAIN.toNanos();
      do {
        Thread.sleep(POLL_MILLIS);
        if (System.nanoTime() > until) {
          throw new NoFigures("what the flood left behind did not end within " + DRAIN);
        }
      } while (looks.look(node).sum("corale_cell_live_invocations", owner) > 0);
    }

    private int moved() throws InterruptedException, ExecutionException, NoFigures {
      int moved = 0;
      for (int i = 0; i < owners.size(); i++) {
        String now = BenchOwner.superpeer(owners.get(i));
        moved += now.equals(superpeers.get(i)) ? 0 : 1;
      }
      return moved;
    }
  }

  @Override
  public void close() {
    line.close();
  }
}
