package io.corale.deploy.chaos;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.deploy.recorder.Event;
import io.corale.deploy.recorder.RecorderHistory;
import io.corale.model.Account;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a fault script plays: a provider that records every start and end, a ZooKeeper, three
 * nodes, and an owner with a chain of calls within a limit.
 */
final class FaultStage implements AutoCloseable {
  static final String OWNER = "chaos";
  static final String COMPOSITION = "chain";
  private static final int LEAST_RUNNING = 4;

  /** What the doors count of requests about invocations that they did not serve at once. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "corale_door_requests_total\\{kind=\"submit\",outcome=\"(?:unavailable|overloaded)\"}"
              + " (\\d+)");

  private static final Pattern REOPENED =
      Pattern.compile("corale_cell_reopened_total\\{.*} (\\d+)");

  private static final int NODES = 3;

  /** Replicas are compared as often as they can be, so that any difference is seen in time. */
  private static final String CONFIG =
      """
      http: {privateTargets: [localhost]}
      check: {entries: 50}
      """;

  /** What a script may have in flight beside the invocations that it began with. */
  private static final int IN_FLIGHT = 8_192;

  /** A call that takes longer has been lost. */
  private static final Duration BEYOND_CALL = Duration.ofMillis(1_900);

  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration ALL_ENDED = Duration.ofMinutes(3);
  private static final long POLL_MILLIS = 5;

  private final FaultOptions options;
  private final Consumer<String> said;
  private final Path record;
  private final CoraleProcess recorder;
  private final LocalCluster cluster;
  private final Client client;

  private FaultStage(
      FaultOptions options,
      Consumer<String> said,
      Path record,
      CoraleProcess recorder,
      LocalCluster cluster) {
    this.options = options;
    this.said = said;
    this.record = record;
    this.recorder = recorder;
    this.cluster = cluster;
    this.client = cluster.client(OWNER).maxInFlight(IN_FLIGHT).build();
  }

  /**
   * Starts it all.
   *
   * @param nodeConfig is added to the configuration of every node
   * @param environment of the process of a node, beside this one's
   * @param builds the distribution of which a node is started; empty: of this build
   */
  static FaultStage start(
      Path where,
      FaultOptions options,
      String nodeConfig,
      Function<String, Map<String, String>> environment,
      Function<String, Optional<Path>> builds,
      Consumer<String> said)
      throws IOException, InterruptedException, ExecutionException {
    Path record = where.resolve("record.ndjson").toAbsolutePath();
    said.accept("starting a provider recorder, a ZooKeeper and three nodes");
    CoraleProcess recorder =
        CoraleProcess.start(
            "recorder",
            where,
            List.of("-Xmx128m"),
            List.of("recorder", "--out", record.toString()));
    try {
      LocalCluster cluster =
          LocalCluster.start(
              new LocalCluster.Plan(where, NODES, CONFIG + nodeConfig, environment).of(builds));
      FaultStage stage = new FaultStage(options, said, record, recorder, cluster);
      try {
        stage.enter();
        return stage;
      } catch (IOException | InterruptedException | ExecutionException | RuntimeException e) {
        stage.close();
        throw e;
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      recorder.stop(ANSWER);
      throw e;
    }
  }

  private void enter() throws IOException, InterruptedException, ExecutionException {
    String url = recorder.await("READY", ANSWER).substring("READY ".length());
    Account account = Owners.account("recorder", "http", options.limit(), "url", url);
    Owners.enter(client, options.retriesFast() ? account.retryingFast() : account);
    Owners.publish(client, composition(options));
  }

  private static String composition(FaultOptions options) {
    StringBuilder yaml =
        new StringBuilder(
            """
            document: {dsl: '1.0.3', namespace: chaos, name: chain, version: 1.0.0}
            use:
              functions:
                step:
                  call: faas
                  with:
                    retry: {attempts: 5, delay: PT0.1S}
                    implementations:
                      - id: http
                        account: recorder
                        timeout: TIMEOUT
                        expected: CALL
                        path: /step?latency=CALL
            do:
            """
                .replace("TIMEOUT", options.call().plus(BEYOND_CALL).toString())
                .replace("CALL", options.call().toString()));
    for (int i = 1; i <= options.steps(); i++) {
      yaml.append("  - step" + i + ": {call: step, with: {step: " + i + "}}\n");
    }
    return yaml.toString();
  }

  FaultOptions options() {
    return options;
  }

  LocalCluster cluster() {
    return cluster;
  }

  /** A client of the owner, which asks whichever node answers. */
  Client client() {
    return client;
  }

  /** Starts as many invocations as the options say; all of them are acknowledged. */
  List<Invocation> begin() throws InterruptedException, ExecutionException {
    return begin("");
  }

  /** As {@link #begin()}, with a text in each one's input. */
  List<Invocation> begin(String text) throws InterruptedException, ExecutionException {
    List<Invocation> all = new ArrayList<>();
    for (int i = 0; i < options.invocations(); i++) {
      String input = "{\"i\":" + i + ",\"text\":\"" + text + "\"}";
      all.add(client.start(COMPOSITION, Payload.ofJson(input)));
    }
    for (Invocation invocation : all) {
      Owners.given(invocation.accepted().get());
    }
    said.accept(all.size() + " invocations of " + options.steps() + " steps are acknowledged");
    return all;
  }

  /** Starts one more; says how long its acknowledgement took since then. */
  Invocation oneMore(long sinceNanos) throws InterruptedException, ExecutionException {
    Invocation one = client.start(COMPOSITION, Payload.ofJson("{\"i\":-1}"));
    Owners.given(one.accepted().get());
    said.accept("first acknowledgement after " + millisSince(sinceNanos) + " ms");
    return one;
  }

  /** Invocations at a steady pace, for as long as it is not closed. */
  SteadyLoad load(Duration pace) {
    return new SteadyLoad(client, COMPOSITION, pace);
  }

  /** The owner's cell as a node sees it, once a superpeer is known. */
  Door.CellReport cell() throws InterruptedException, ExecutionException {
    long until = System.nanoTime() + ANSWER.toNanos();
    while (System.nanoTime() < until) {
      Door.CellList cells = Owners.given(client.cells().get());
      if (cells.getCellsCount() > 0 && !cells.getCells(0).getSuperpeer().isEmpty()) {
        return cells.getCells(0);
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("no superpeer is known after " + ANSWER);
  }

  /** The owner's cell as its superpeer itself sees it. */
  Door.CellReport cellAtSuperpeer() throws InterruptedException, ExecutionException {
    long until = System.nanoTime() + ANSWER.toNanos();
    while (System.nanoTime() < until) {
      for (int node = 0; node < NODES; node++) {
        String name = cluster.node(node).name();
        Optional<Door.CellReport> cell =
            cellAt(node).filter(report -> report.getSuperpeer().equals(name));
        if (cell.isPresent()) {
          return cell.get();
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("nobody says that it is the superpeer after " + ANSWER);
  }

  /** The owner's cell as this node sees it; empty where it does not run, or has none. */
  Optional<Door.CellReport> cellAt(int node) throws InterruptedException, ExecutionException {
    if (!cluster.node(node).isAlive()) {
      return Optional.empty();
    }
    try (Client there = cluster.client(OWNER).nodes(List.of(cluster.doors().get(node))).build()) {
      return there.cells().get() instanceof Reply.Given<Door.CellList> given
          ? given.value().getCellsList().stream().findFirst()
          : Optional.empty();
    }
  }

  /** Waits until a node's replica of the owner's cell has applied so much. */
  boolean awaitApplied(int node, long index) throws InterruptedException, ExecutionException {
    long until = System.nanoTime() + ANSWER.toNanos();
    while (cellAt(node).filter(cell -> cell.getApplied() >= index).isEmpty()) {
      if (System.nanoTime() > until) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  /** The process that leads the owner's cell. */
  CoraleProcess superpeer() throws InterruptedException, ExecutionException {
    return cluster.node(cluster.indexOf(cell().getSuperpeer()));
  }

  /**
   * Waits for the middle: half of the work is done and the slots are taken at this moment; at the
   * latest when its patience ends. Returns how many calls run.
   */
  int awaitBusy() throws IOException, InterruptedException {
    return awaitBusy(options.invocations() / 2);
  }

  /** As {@link #awaitBusy()}, after so many calls have ended. */
  int awaitBusy(int ended) throws IOException, InterruptedException {
    int least = Math.max(LEAST_RUNNING, options.limit() - 1);
    long until = System.nanoTime() + ANSWER.toNanos();
    while (System.nanoTime() < until) {
      RecorderHistory history = RecorderHistory.read(record);
      if (running(history) >= least && history.total().ended() >= ended) {
        return running(history);
      }
      Thread.sleep(POLL_MILLIS);
    }
    return running(RecorderHistory.read(record));
  }

  /** Whether enough calls run for a fault to hit some. */
  static boolean isBusy(int running) {
    return running >= LEAST_RUNNING;
  }

  private static int running(RecorderHistory history) {
    List<Event> events = history.events();
    return events.isEmpty() ? 0 : events.get(events.size() - 1).total();
  }

  /** Waits until all have ended; says which did not, or not well. */
  List<String> awaitEnds(Collection<Invocation> all)
      throws InterruptedException, ExecutionException {
    List<String> violations = new ArrayList<>();
    long until = System.nanoTime() + ALL_ENDED.toNanos();
    for (Invocation invocation : all) {
      try {
        long left = Math.max(0, until - System.nanoTime());
        ClientOutcome outcome = invocation.result().get(left, TimeUnit.NANOSECONDS);
        if (!(outcome instanceof ClientOutcome.Completed)) {
          violations.add("ending: " + invocation.id() + " came to " + outcome);
        }
      } catch (TimeoutException e) {
        violations.add("liveness: " + invocation.id() + " had not ended after " + ALL_ENDED);
      }
    }
    return violations;
  }

  /** What the provider, the cell and the nodes' logs say of all that was acknowledged. */
  RunVerdict judge(Collection<Invocation> all)
      throws IOException, InterruptedException, ExecutionException {
    List<Door.TraceReport> traces = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    for (Invocation invocation : all) {
      if (client.trace(invocation.id()).get() instanceof Reply.Given<Door.TraceReport> given) {
        traces.add(given.value());
      } else {
        lost.add(invocation.id().value());
      }
    }
    RunVerdict verdict =
        new RunVerdict(
            RecorderHistory.read(record),
            traces,
            lost,
            options.limit(),
            options.steps(),
            LedTerms.read(cluster.logs()),
            Partings.read(cluster.logs()));
    said.accept(
        String.format(
            "the provider saw %d executions, at most %d at once (limit %d); %d attempts were left"
                + " in doubt, %d calls ran again after their fence, %d at once; %d terms were led",
            verdict.history().total().started(),
            verdict.history().highest(),
            options.limit(),
            verdict.leases(),
            verdict.secondExecutions(),
            verdict.triedAtOnce().size(),
            verdict.terms().count()));
    return verdict;
  }

  /**
   * How many requests the doors have refused for now since their nodes started. Who asks is served
   * later, by the same call of the client.
   */
  long refusedForNow() throws InterruptedException, ExecutionException {
    long refused = 0;
    for (int node = 0; node < NODES; node++) {
      refused += sum(node, REFUSED);
    }
    return refused;
  }

  /** How often a replica of this node was opened again in this life. */
  long reopened(int node) throws InterruptedException, ExecutionException {
    return sum(node, REOPENED);
  }

  private long sum(int node, Pattern series) throws InterruptedException, ExecutionException {
    try (Client one = cluster.client(OWNER).nodes(cluster.doors().get(node)).build()) {
      return Owners.given(one.metrics().get())
          .getText()
          .lines()
          .map(series::matcher)
          .filter(Matcher::matches)
          .mapToLong(line -> Long.parseLong(line.group(1)))
          .sum();
    }
  }

  static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
    try {
      recorder.stop(ANSWER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
