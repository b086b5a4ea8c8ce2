package io.corale.deploy.chaos;

import io.corale.client.Client;
import io.corale.client.Reply;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** What each node of a cluster shows of all nodes, by its own word at its own door. */
final class NodeViews implements AutoCloseable {
  private static final long POLL_MILLIS = 200;
  private static final String BYTES = "corale_gossip_datagram_bytes_total{";

  private final LocalCluster cluster;
  private final Map<Integer, Client> clients = new TreeMap<>();

  NodeViews(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Waits until each of these nodes shows these as alive and no other.
   *
   * @return how long that took in milliseconds; empty where it took longer than the bound
   */
  Optional<Long> awaitEqual(Collection<Integer> nodes, Duration bound) throws InterruptedException {
    long fromNanos = System.nanoTime();
    while (!isEqual(nodes)) {
      if (FaultStage.millisSince(fromNanos) > bound.toMillis()) {
        return Optional.empty();
      }
      Thread.sleep(POLL_MILLIS);
    }
    return Optional.of(FaultStage.millisSince(fromNanos));
  }

  /** Whether each of these nodes shows these as alive, in one life each, and no other. */
  boolean isEqual(Collection<Integer> nodes) {
    List<SortedSet<String>> views =
        alive(nodes).values().stream().flatMap(Optional::stream).distinct().toList();
    return views.size() == 1 && namesIn(views.get(0)).equals(names(nodes));
  }

  private SortedSet<String> names(Collection<Integer> nodes) {
    SortedSet<String> names = new TreeSet<>();
    nodes.forEach(node -> names.add(cluster.node(node).name()));
    return names;
  }

  private static SortedSet<String> namesIn(SortedSet<String> lives) {
    SortedSet<String> names = new TreeSet<>();
    lives.forEach(life -> names.add(life.substring(0, life.indexOf('#'))));
    return names;
  }

  /** The lives that each of these nodes shows as alive; empty where it gives no answer. */
  SortedMap<String, Optional<SortedSet<String>>> alive(Collection<Integer> nodes) {
    SortedMap<String, CompletableFuture<Reply<Door.NodeList>>> asked = new TreeMap<>();
    nodes.forEach(node -> asked.put(cluster.node(node).name(), client(node).nodes()));
    SortedMap<String, Optional<SortedSet<String>>> all = new TreeMap<>();
    asked.forEach((name, reply) -> all.put(name, alive(reply.join())));
    return all;
  }

  private static Optional<SortedSet<String>> alive(Reply<Door.NodeList> reply) {
    if (!(reply instanceof Reply.Given<Door.NodeList> given)) {
      return Optional.empty();
    }
    SortedSet<String> lives = new TreeSet<>();
    for (Door.NodeReport node : given.value().getNodesList()) {
      if (node.getState().equals("ALIVE")) {
        lives.add(node.getNode().getNode() + "#" + node.getNode().getBoot());
      }
    }
    return Optional.of(lives);
  }

  /** How many bytes of datagrams a node has sent in this life; 0 where it does not say. */
  double sentBytes(int node) {
    if (!(client(node).metrics().join() instanceof Reply.Given<Door.MetricsText> given)) {
      return 0;
    }
    return given
        .value()
        .getText()
        .lines()
        .filter(line -> line.startsWith(BYTES) && line.contains("\"sent\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private Client client(int node) {
    return clients.computeIfAbsent(
        node, it -> cluster.client("nobody").nodes(List.of(cluster.doors().get(it))).build());
  }

  @Override
  public void close() {
    clients.values().forEach(Client::close);
  }
}
