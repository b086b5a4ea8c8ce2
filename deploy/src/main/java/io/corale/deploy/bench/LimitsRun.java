package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.deploy.bench.LimitedAccount.LimitedFunction;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.deploy.recorder.Event;
import io.corale.deploy.recorder.RecorderHistory;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * One owner with accounts at providers that limit in different ways, and always more work than any
 * of them takes: whether its limits are kept and used is judged by the providers' own record.
 */
final class LimitsRun {
  private static final int NODES = 3;

  /** The providers are on this machine. */
  private static final String CONFIG = "http: {privateTargets: [localhost]}\n";

  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** A minute's limit lets the last ones go on when it likes. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration SAMPLE = Duration.ofSeconds(1);

  private final Client client;
  private final List<LimitedAccount> accounts;
  private final List<ClosedLoop> loops = new ArrayList<>();
  private final List<Integer> caps = new ArrayList<>();

  private LimitsRun(Client client, List<LimitedAccount> accounts) {
    this.client = client;
    this.accounts = accounts;
  }

  /** Keeps its data below {@code directory}. */
  static LimitsFigures run(Path directory, Duration warmUp, Duration measured)
      throws IOException, InterruptedException, ExecutionException, NoFigures {
    List<LimitedAccount> accounts = LimitedAccount.all();
    int inFlight =
        accounts.stream()
            .flatMap(account -> account.functions().stream())
            .mapToInt(LimitedFunction::inFlight)
            .sum();
    Path record = directory.resolve("record.ndjson").toAbsolutePath();
    CoraleProcess recorder =
        CoraleProcess.start(
            "recorder",
            directory,
            List.of("-Xmx256m"),
            List.of("recorder", "--out", record.toString()));
    try (LocalCluster cluster =
            LocalCluster.start(new LocalCluster.Plan(directory, NODES, CONFIG));
        Client client = cluster.client("bench").maxInFlight(2 * inFlight).build()) {
      String url = recorder.await("READY", ANSWER).substring("READY ".length());
      LimitsRun run = new LimitsRun(client, accounts);
      run.enter(url);
      return run.measure(record, warmUp, measured);
    } finally {
      recorder.stop(ANSWER);
    }
  }

  private void enter(String url) throws InterruptedException, ExecutionException {
    Owners.enter(client, accounts.stream().map(each -> each.account(url)).toArray(Account[]::new));
    for (LimitedAccount account : accounts) {
      for (LimitedFunction function : account.functions()) {
        Owners.publish(client, function.composition(account.id()));
      }
    }
  }

  private LimitsFigures measure(Path record, Duration warmUp, Duration measured)
      throws IOException, InterruptedException, ExecutionException, NoFigures {
    for (LimitedAccount account : accounts) {
      for (LimitedFunction function : account.functions()) {
        ClosedLoop loop = new ClosedLoop(Chain.invocation(client, function.name(), Payload.NULL));
        loop.begin(function.inFlight());
        loops.add(loop);
      }
    }
    Thread.sleep(warmUp.toMillis());
    long fromMillis = System.currentTimeMillis();
    loops.forEach(ClosedLoop::beginMeasuring);
    sample(System.nanoTime() + measured.toNanos());
    loops.forEach(ClosedLoop::endMeasuring);
    long untilMillis = System.currentTimeMillis();
    List<String> failures = new ArrayList<>();
    for (ClosedLoop loop : loops) {
      loop.end(PATIENCE);
      if (loop.failures().count() > 0) {
        failures.add(loop.failed());
      }
    }
    List<Event> events = RecorderHistory.read(record).events();
    List<LimitsFigures.Row> rows =
        accounts.stream()
            .map(
                account ->
                    LimitsFigures.Row.of(
                        account,
                        Intake.of(events, account.functionNames()),
                        fromMillis,
                        untilMillis))
            .toList();
    return new LimitsFigures(rows, new LimitsFigures.Learning(learns().granted(), caps), failures);
  }

  /** Asks again and again what is in force where it is learned. */
  private void sample(long untilNanos) throws InterruptedException, ExecutionException {
    Optional<AccountId> account = Optional.of(new AccountId(learns().id()));
    while (System.nanoTime() < untilNanos) {
      Door.AccountsInForce inForce = Owners.given(client.inForce(account).get());
      caps.add(inForce.getAccounts(0).getScopes(0).getConcurrency());
      Thread.sleep(SAMPLE.toMillis());
    }
  }

  private LimitedAccount learns() {
    return accounts.stream().filter(LimitedAccount::isLearned).findFirst().orElseThrow();
  }
}
