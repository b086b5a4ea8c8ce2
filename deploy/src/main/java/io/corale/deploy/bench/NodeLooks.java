package io.corale.deploy.bench;

import io.corale.client.cli.Scraped;
import io.corale.deploy.cluster.FreePorts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Looks at what nodes show of themselves, by ports of their own: a door that is overloaded is not
 * in the way of who looks at it.
 */
final class NodeLooks {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<Integer> ports;
  private final Loopback http = new Loopback();

  /** For so many nodes, which are not there yet. */
  NodeLooks(int nodes) {
    this.ports = FreePorts.find(nodes);
  }

  /** How many nodes there are. */
  int nodes() {
    return ports.size();
  }

  /** What a node of a {@link io.corale.deploy.cluster.LocalCluster} has in its environment. */
  Map<String, String> environment(String node) {
    int port = ports.get(Integer.parseInt(node.substring(1)) - 1);
    return Map.of("CORALE_OBSERVE_ADDRESS", "localhost:" + port);
  }

  /** What the node of this number, from 0 on, measures. */
  Scraped look(int node) throws IOException, InterruptedException {
    return Scraped.of("n" + (node + 1), http.get(ports.get(node), "/metrics", PATIENCE));
  }

  /** The sum of a measure over all that was said; 0 where nobody told of it. */
  static double sum(List<Scraped> said, String metric, Map<String, String> labels) {
    return said.stream()
        .mapToDouble(each -> each.sum(metric, labels))
        .filter(Double::isFinite)
        .sum();
  }
}
