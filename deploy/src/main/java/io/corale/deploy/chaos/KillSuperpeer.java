package io.corale.deploy.chaos;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.deploy.cluster.Trees;
import io.corale.deploy.recorder.Event;
import io.corale.deploy.recorder.RecorderHistory;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Kills the superpeer of a busy cell by {@code kill -9} and proves from the provider's own record
 * that nothing was lost, nothing doubled, no limit exceeded.
 */
@Command(
    name = "kill-superpeer",
    description = {
      "Kills the superpeer of a busy cell with kill -9 and judges what it promised.",
      "Exit 0: every promise held; 1: one was broken; 2: inconclusive (too little was running)."
    },
    mixinStandardHelpOptions = true)
public final class KillSuperpeer implements Callable<Integer> {
  private static final int STEPS = 5;
  private static final int LEAST_UNFINISHED = 100;
  private static final int LEAST_RUNNING = 4;
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration ALL_ENDED = Duration.ofMinutes(3);
  private static final long ACK_LIMIT_MILLIS = 5_000;

  @Option(names = "--invocations", defaultValue = "200", description = "default ${DEFAULT-VALUE}")
  private int invocations;

  @Option(
      names = "--limit",
      defaultValue = "8",
      description = "the provider's concurrency limit (default ${DEFAULT-VALUE})")
  private int limit;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "for data and logs; kept (default: a temporary one, deleted if all held)")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    Path where = directory != null ? directory : Files.createTempDirectory("corale-kill-");
    int exit = run(where);
    if (exit == 0 && directory == null) {
      Trees.delete(where);
    } else {
      say("data and logs are in " + where);
    }
    return exit;
  }

  private int run(Path where) throws IOException, InterruptedException, ExecutionException {
    Path record = where.resolve("record.ndjson").toAbsolutePath();
    say("starting a provider recorder, a ZooKeeper and three nodes");
    CoraleProcess recorder =
        CoraleProcess.start(
            "recorder",
            where,
            List.of("-Xmx128m"),
            List.of("recorder", "--out", record.toString()));
    try (LocalCluster cluster =
        LocalCluster.start(
            new LocalCluster.Plan(where, 3, "http: {privateTargets: [localhost]}"))) {
      String url = recorder.await("READY", ANSWER).substring("READY ".length());
      try (Client client = cluster.client("chaos").maxInFlight(2 * invocations + 16).build()) {
        Owners.enter(client, Owners.account("recorder", "http", limit, "url", url));
        Owners.publish(client, composition());
        return killInTheMiddle(cluster, client, record);
      }
    } finally {
      recorder.stop(ANSWER);
    }
  }

  private static String composition() {
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
                        timeout: PT2S
                        expected: PT0.1S
                        path: /step?latency=PT0.1S
            do:
            """);
    for (int i = 1; i <= STEPS; i++) {
      yaml.append("  - step" + i + ": {call: step, with: {step: " + i + "}}\n");
    }
    return yaml.toString();
  }

  private int killInTheMiddle(LocalCluster cluster, Client client, Path record)
      throws IOException, InterruptedException, ExecutionException {
    List<Invocation> all = new ArrayList<>();
    for (int i = 0; i < invocations; i++) {
      all.add(client.start("chain", Payload.ofJson("{\"i\":" + i + "}")));
    }
    for (Invocation invocation : all) {
      Owners.given(invocation.accepted().get());
    }
    say(invocations + " invocations of " + STEPS + " steps are acknowledged");
    Door.CellReport cell = Owners.given(client.cells().get()).getCells(0);
    CoraleProcess superpeer = cluster.node(cluster.indexOf(cell.getSuperpeer()));
    int running = awaitBusy(record);
    superpeer.kill();
    long unfinished = all.stream().filter(i -> !i.result().isDone()).count();
    long killedNanos = System.nanoTime();
    say(
        String.format(
            "killed %s, pid %d, superpeer of cell %s.%d in term %d: %d unfinished invocations,"
                + " %d running calls",
            superpeer.name(),
            superpeer.pid(),
            cell.getOwner(),
            cell.getCell(),
            cell.getTerm(),
            unfinished,
            running));
    Invocation after = client.start("chain", Payload.ofJson("{\"i\":-1}"));
    Owners.given(after.accepted().get());
    long ackMillis = millisSince(killedNanos);
    say("first acknowledgement " + ackMillis + " ms after the kill");
    all.add(after);
    List<String> violations = new ArrayList<>(awaitEnds(all));
    say("all " + all.size() + " ended " + millisSince(killedNanos) + " ms after the kill");
    if (ackMillis > ACK_LIMIT_MILLIS) {
      violations.add(
          "recovery: first acknowledgement after " + ackMillis + " ms, limit " + ACK_LIMIT_MILLIS);
    }
    violations.addAll(judge(client, all, record));
    return verdict(violations, unfinished, running);
  }

  private int verdict(List<String> violations, long unfinished, int running) {
    violations.forEach(violation -> say("VIOLATED " + violation));
    if (!violations.isEmpty()) {
      return 1;
    }
    if (unfinished < LEAST_UNFINISHED || running < LEAST_RUNNING) {
      say(
          "INCONCLUSIVE: at the kill at least "
              + LEAST_UNFINISHED
              + " invocations and "
              + LEAST_RUNNING
              + " calls must be under way");
      return 2;
    }
    say("OK: nothing lost, nothing doubled, no limit exceeded");
    return 0;
  }

  /**
   * Waits for the middle: some work is done and the slots are taken at this moment; at the latest
   * when its patience ends. Returns how many calls run.
   */
  private int awaitBusy(Path record) throws IOException, InterruptedException {
    int least = Math.max(LEAST_RUNNING, limit - 1);
    long until = System.nanoTime() + ANSWER.toNanos();
    while (System.nanoTime() < until) {
      RecorderHistory history = RecorderHistory.read(record);
      List<Event> events = history.events();
      int running = events.isEmpty() ? 0 : events.get(events.size() - 1).total();
      if (running >= least && history.total().ended() >= invocations / 2) {
        return running;
      }
      Thread.sleep(5);
    }
    return running(record);
  }

  private static int running(Path record) throws IOException {
    List<Event> events = RecorderHistory.read(record).events();
    return events.isEmpty() ? 0 : events.get(events.size() - 1).total();
  }

  private static List<String> awaitEnds(List<Invocation> all)
      throws InterruptedException, ExecutionException {
    List<String> violations = new ArrayList<>();
    long until = System.nanoTime() + ALL_ENDED.toNanos();
    for (Invocation invocation : all) {
      try {
        ClientOutcome outcome =
            invocation.result().get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (!(outcome instanceof ClientOutcome.Completed)) {
          violations.add("ending: " + invocation.id() + " came to " + outcome);
        }
      } catch (TimeoutException e) {
        violations.add("liveness: " + invocation.id() + " had not ended after " + ALL_ENDED);
      }
    }
    return violations;
  }

  private List<String> judge(Client client, List<Invocation> all, Path record)
      throws IOException, InterruptedException, ExecutionException {
    List<Door.TraceReport> traces = new ArrayList<>();
    for (Invocation invocation : all) {
      traces.add(Owners.given(client.trace(invocation.id()).get()));
    }
    KillVerdict verdict = new KillVerdict(RecorderHistory.read(record), traces, limit, STEPS);
    say(
        String.format(
            "the provider saw %d executions, at most %d at once (limit %d); %d attempts were left"
                + " in doubt, %d calls ran again after their fence",
            verdict.history().total().started(),
            verdict.history().highest(),
            limit,
            verdict.leases(),
            verdict.secondExecutions()));
    return verdict.violations();
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  private void say(String line) {
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
