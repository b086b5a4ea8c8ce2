package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.model.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/** Ourselves: three nodes, one owner and so one cell, whose provider answers within the node. */
final class CoraleContender implements Contender {
  private static final String CHAIN = "chain";

  /** Twice what any load keeps in flight: the client itself refuses nothing. */
  private static final int MOST_IN_FLIGHT = 4_096;

  private final LocalCluster cluster;
  private final Client client;

  private CoraleContender(LocalCluster cluster, Client client) {
    this.cluster = cluster;
    this.client = client;
  }

  static Contender start(Path directory, int steps)
      throws IOException, InterruptedException, ExecutionException {
    LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, SERVERS, ""));
    CoraleContender contender =
        new CoraleContender(cluster, cluster.client("bench").maxInFlight(MOST_IN_FLIGHT).build());
    try {
      Owners.enter(contender.client, Owners.account("sim", "sim", 100_000, "latency", "PT0S"));
      Owners.publish(contender.client, Chain.composition(CHAIN, steps, false));
      return contender;
    } catch (InterruptedException | ExecutionException | RuntimeException e) {
      contender.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return "Corale " + Release.VERSION;
  }

  @Override
  public String settings() {
    return "one cell of three members, log flushed synchronously, the registry's process (which has"
        + " nothing to do) not counted, "
        + String.join(" ", LocalCluster.NODE_JVM)
        + ", Java "
        + Runtime.version()
        + "; one step = one command in the log: the outcome of a call and what the chain does"
        + " next, committed by two of three before the next call; a chain has one more command;"
        + " functions answer inside of the node";
  }

  @Override
  public List<CoraleProcess> servers() {
    return IntStream.range(0, SERVERS).mapToObj(cluster::node).toList();
  }

  @Override
  public List<CoraleProcess> drivers() {
    return List.of();
  }

  @Override
  public Load load(Pace pace) {
    return new LoadFromHere(Chain.invocation(client, CHAIN, Payload.NULL), pace);
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
  }
}
