package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Account;
import io.corale.model.Payload;
import io.corale.model.Release;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/** Ourselves: three nodes, one owner and so one cell. */
final class CoraleContender implements Contender {
  private static final String CHAIN = "chain";
  private static final String READY = "READY ";
  private static final int LIMIT = 100_000;
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(10);

  /** For the record of what a warm-up and a measured time run. */
  private static final List<String> PROVIDER_JVM = List.of("-Xmx256m", "-XX:+UseSerialGC");

  private static final String MAY_CALL_LOOPBACK = "http: {privateTargets: [localhost]}";

  private final LocalCluster cluster;
  private final Client client;
  private final Optional<CoraleProcess> provider;
  private final Loopback http = new Loopback();

  private CoraleContender(
      LocalCluster cluster, int mostInFlight, Optional<CoraleProcess> provider) {
    this.cluster = cluster;
    // Twice what any load keeps in flight: the client itself refuses nothing.
    this.client = cluster.client("bench").maxInFlight(2 * mostInFlight).build();
    this.provider = provider;
  }

  /** Whose functions answer within the node. */
  static Contender start(Path directory, int steps, int mostInFlight)
      throws IOException, InterruptedException, ExecutionException {
    LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, SERVERS, ""));
    CoraleContender contender = new CoraleContender(cluster, mostInFlight, Optional.empty());
    Account account = Owners.account("sim", "sim", LIMIT, "latency", "PT0S");
    return contender.with(account, Chain.composition(CHAIN, steps, Chain.WITHIN, false));
  }

  /** Whose functions answer in a process of their own, one request of HTTP for each step. */
  static Contender startWithProvider(Path directory, int steps, int mostInFlight)
      throws IOException, InterruptedException, ExecutionException {
    String record = directory.resolve("record.ndjson").toAbsolutePath().toString();
    CoraleProcess provider =
        CoraleProcess.start(
            "functions", directory, PROVIDER_JVM, List.of("recorder", "--out", record));
    try {
      String url = provider.await(READY, START).substring(READY.length());
      LocalCluster cluster =
          LocalCluster.start(new LocalCluster.Plan(directory, SERVERS, MAY_CALL_LOOPBACK));
      CoraleContender contender = new CoraleContender(cluster, mostInFlight, Optional.of(provider));
      Account account = Owners.account("functions", "http", LIMIT, "url", url);
      return contender.with(account, Chain.composition(CHAIN, steps, Chain.BY_HTTP, false));
    } catch (IOException | InterruptedException | ExecutionException | RuntimeException e) {
      provider.stop(STOP);
      throw e;
    }
  }

  private Contender with(Account account, String composition)
      throws InterruptedException, ExecutionException {
    try {
      Owners.enter(client, account);
      Owners.publish(client, composition);
      return this;
    } catch (InterruptedException | ExecutionException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public String name() {
    return "Corale " + Release.VERSION + (provider.isPresent() ? ", functions by HTTP" : "");
  }

  @Override
  public String settings() {
    return String.format(
        Locale.ROOT,
        "one cell of three members, log flushed synchronously, the registry's process (which has"
            + " nothing to do) not counted, %s, Java %s; one step = one command in the log: the"
            + " outcome of a call and what the chain does next, committed by two of three before"
            + " the next call; a chain has one more command; functions answer %s; callers repeat a"
            + " submit under its id for up to %d s",
        String.join(" ", LocalCluster.NODE_JVM),
        Runtime.version(),
        provider.isPresent()
            ? "in a process of their own, which writes each of them down"
            : "inside of the node, so that no step has a hop",
        Chain.RETRY.toSeconds());
  }

  @Override
  public List<CoraleProcess> servers() {
    return IntStream.range(0, SERVERS).mapToObj(cluster::node).toList();
  }

  @Override
  public List<CoraleProcess> drivers() {
    return provider.stream().toList();
  }

  @Override
  public Load load(Pace pace) {
    return new LoadFromHere(
        Chain.invocation(client, CHAIN, Payload.NULL), pace, this::forgetWhatWasRun);
  }

  /** The provider keeps a number of executions in memory and refuses more. */
  private void forgetWhatWasRun() throws IOException, InterruptedException {
    if (provider.isPresent()) {
      String url = provider.get().await(READY, START).substring(READY.length());
      http.awaitDone(provider.get(), URI.create(url).getPort(), "/_reset", "", START);
    }
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
    Stopped.all(drivers(), STOP);
  }
}
