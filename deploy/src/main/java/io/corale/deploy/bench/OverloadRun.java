package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.recorder.RecorderHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/**
 * One owner that is offered several times as much as its cluster gets done: first its peak is
 * measured, then half of that is offered, then the overload, then half of the peak again.
 */
final class OverloadRun {
  private static final int NODES = 3;
  private static final String OWNER = "bench";
  private static final String CONFIG = "http: {privateTargets: [localhost]}\n";

  /**
   * Half of the connections are to the superpeer, as of callers who were told; it passes nothing
   * on.
   */
  private static final int CONNECTIONS_TO_SUPERPEER = 4;

  private static final int CONNECTIONS_TO_OTHERS = 2;
  private static final int CALLERS_THREADS = 2;

  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration PROGRESS = Duration.ofSeconds(5);

  /** A full queue, and what then is tried again. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final long POLL_MILLIS = 50;
  private static final long SEED = 20_26;

  private final OverloadPlan plan;
  private final Offering offering;
  private final OverloadLooks looks;
  private final Consumer<String> progress;
  private final LocalCluster cluster;
  private final RandomGenerator chance = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  private OverloadRun(
      OverloadPlan plan,
      Offering offering,
      OverloadLooks looks,
      Consumer<String> progress,
      LocalCluster cluster) {
    this.plan = plan;
    this.offering = offering;
    this.looks = looks;
    this.progress = progress;
    this.cluster = cluster;
  }

  /** Keeps its data below {@code directory}. */
  static OverloadFigures run(Path directory, OverloadPlan plan, Consumer<String> progress)
      throws IOException, InterruptedException, ExecutionException, NoFigures {
    Path record = directory.resolve("record.ndjson").toAbsolutePath();
    CoraleProcess recorder =
        CoraleProcess.start(
            "recorder",
            directory,
            List.of("-Xmx512m"),
            List.of("recorder", "--out", record.toString()));
    NodeLooks nodes = new NodeLooks(NODES);
    try (LocalCluster cluster = LocalCluster.start(cluster(directory, nodes));
        Client client = cluster.client(OWNER).build()) {
      String url = recorder.await("READY", ANSWER).substring("READY ".length());
      BenchOwner.enter(client, url, plan.limit(), plan.latency());
      BenchOwner.bear(client);
      BenchOwner.agree(client, plan.queue());
      try (DoorCallers callers =
              new DoorCallers(
                  doors(cluster, BenchOwner.superpeer(client)),
                  OWNER,
                  cluster.token(),
                  CALLERS_THREADS);
          OverloadLooks looks = OverloadLooks.of(nodes, cluster, OWNER)) {
        Offering offering = new Offering(callers, BenchOwner.COMPOSITION);
        return new OverloadRun(plan, offering, looks, progress, cluster).measure(record);
      }
    } finally {
      recorder.stop(ANSWER);
    }
  }

  /** All of the heap is there from the beginning: what is resident then grows for other reasons. */
  private static LocalCluster.Plan cluster(Path directory, NodeLooks nodes) {
    List<String> jvm =
        Stream.concat(LocalCluster.NODE_JVM.stream(), Stream.of("-Xms256m", "-XX:+AlwaysPreTouch"))
            .toList();
    return new LocalCluster.Plan(directory, NODES, CONFIG, nodes::environment, jvm);
  }

  private static List<String> doors(LocalCluster cluster, String superpeer) {
    List<String> doors = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      int connections =
          node == cluster.indexOf(superpeer) ? CONNECTIONS_TO_SUPERPEER : CONNECTIONS_TO_OTHERS;
      for (int i = 0; i < connections; i++) {
        doors.add(cluster.doors().get(node));
      }
    }
    return doors;
  }

  private OverloadFigures measure(Path record) throws IOException, InterruptedException, NoFigures {
    LoopFigures peak = peak();
    looks.begin();
    long beforeNanos = System.nanoTime();
    drive("before", Offer.Phase.BEFORE, OverloadPlan.CALM_LOAD * peak.perSecond(), plan.calm());
    long overloadNanos = System.nanoTime();
    looks.overloaded(plan.overload());
    drive("overload", Offer.Phase.OVERLOAD, plan.factor() * peak.perSecond(), plan.overload());
    long afterNanos = System.nanoTime();
    looks.calm();
    drive("after", Offer.Phase.AFTER, OverloadPlan.CALM_LOAD * peak.perSecond(), plan.after());
    long endNanos = System.nanoTime();
    awaitAllEnds();
    if (looks.failures().count() > 0) {
      progress.accept("looks at the nodes: " + looks.failures().text());
    }
    List<Offer.View> fates = offering.views();
    return new OverloadFigures(
        plan,
        peak,
        new OverloadFigures.Times(beforeNanos, overloadNanos, afterNanos, endNanos),
        fates,
        looks.queue(),
        ResultAges.of(RecorderHistory.read(record).events(), fates, Offer.Phase.OVERLOAD),
        looks.refusals(),
        looks.memory(),
        offering.scopes(),
        offering.faults(),
        offering.failed(),
        offering.unknown());
  }

  private LoopFigures peak() throws InterruptedException, NoFigures {
    ClosedLoop loop =
        new ClosedLoop(
            () ->
                offering
                    .offer(Offer.Phase.PEAK, System.nanoTime())
                    .thenApply(
                        view ->
                            view.fate() == Offer.Fate.COMPLETED
                                ? Optional.empty()
                                : Optional.of(view.fate().toString())));
    loop.begin(plan.inFlight());
    TimeUnit.MILLISECONDS.sleep(plan.warmUp().toMillis());
    progress.accept("warm-up: %d invocations completed".formatted(loop.completed()));
    LoopFigures figures = loop.figures(loop.measure(plan.peak()));
    loop.end(PATIENCE);
    progress.accept("peak: %.0f invocations/s".formatted(figures.perSecond()));
    return figures;
  }

  private void drive(String does, Offer.Phase phase, double perSecond, Duration span)
      throws InterruptedException, NoFigures {
    Paced.run(
        new Arrivals(1, perSecond, chance),
        span,
        PROGRESS.compareTo(span) < 0 ? PROGRESS : span,
        done -> {
          requireAllAlive();
          progress.accept(
              "%s: %s of %s at %.0f/s, %d completed so far, %d sent and open, %d queued"
                  .formatted(
                      does,
                      done,
                      span,
                      perSecond,
                      offering.completed(),
                      offering.open(),
                      looks.queued()));
        },
        (cell, dueNanos) -> {
          var unused = offering.offer(phase, dueNanos);
        });
  }

  private void requireAllAlive() throws NoFigures {
    for (int i = 0; i < NODES; i++) {
      if (!cluster.node(i).isAlive()) {
        throw new NoFigures(cluster.node(i).name() + " has ended");
      }
    }
  }

  private void awaitAllEnds() throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (offering.open() > 0 && System.nanoTime() < until) {
      Thread.sleep(POLL_MILLIS);
    }
    offering.askAgain();
  }
}
