package io.corale.wire.netty;

import io.corale.model.Incarnation;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.Optional;

/**
 * Who opens a connection, as its {@code Hello} says.
 *
 * @param cluster the only cluster it wants to speak with; empty for any
 * @param node set where a node opens it
 * @param client free text for the other side's logs, where a client opens it
 * @param nodeKey the cluster's key, which proves a node; empty for clients
 */
public record Introduction(
    ProtocolRange protocols,
    String cluster,
    Optional<Incarnation> node,
    String client,
    String build,
    String nodeKey) {
  /** The longest name of a client; it ends in log lines. */
  public static final int MAX_CLIENT_CHARS = 64;

  public Introduction {
    if (client.length() > MAX_CLIENT_CHARS) {
      client = client.substring(0, MAX_CLIENT_CHARS);
    }
  }

  /** A client that takes whatever cluster answers. */
  public static Introduction ofClient(String name, String build) {
    return new Introduction(ProtocolRange.OURS, "", Optional.empty(), name, build, "");
  }

  /** A node that proves itself by the key of its cluster. */
  public static Introduction ofNode(
      Incarnation node, String cluster, String nodeKey, String build) {
    return new Introduction(ProtocolRange.OURS, cluster, Optional.of(node), "", build, nodeKey);
  }

  Door.Hello hello() {
    Door.Hello.Builder hello =
        Door.Hello.newBuilder()
            .setProtocolMin(protocols.min())
            .setProtocolMax(protocols.max())
            .setCluster(cluster)
            .setBuild(build)
            .setNodeKey(nodeKey);
    node.ifPresentOrElse(
        incarnation -> hello.setNode(Encode.incarnation(incarnation)),
        () -> hello.setClient(client));
    return hello.build();
  }

  /** Keeps the key out of logs. */
  @Override
  public String toString() {
    return node.map(Incarnation::toString).orElse(client) + " (" + build + ")";
  }
}
