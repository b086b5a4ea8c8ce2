package io.corale.wire.netty;

import io.corale.model.Incarnation;
import io.corale.model.Refusal;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides whom a door lets in: a shared protocol version, the right cluster, and for nodes the
 * cluster's key.
 *
 * @param nodeKey the key that proves a node; with an empty one no node is let in
 */
public record Reception(
    ProtocolRange protocols, String cluster, Incarnation node, String build, String nodeKey) {

  /** What became of a {@code Hello}. */
  sealed interface Decision {
    /** Let in. */
    record LetIn(Guest guest, Door.Welcome welcome) implements Decision {}

    /** Turned away; the connection is closed after this. */
    record TurnedAway(Door.HelloRefused refused) implements Decision {}
  }

  /** The reception of a node that speaks what this build speaks. */
  public static Reception of(Incarnation node, String cluster, String nodeKey, String build) {
    return new Reception(ProtocolRange.OURS, cluster, node, build, nodeKey);
  }

  Decision receive(Door.Hello hello) {
    OptionalInt protocol;
    Optional<Incarnation> incarnation;
    try {
      ProtocolRange theirs = new ProtocolRange(hello.getProtocolMin(), hello.getProtocolMax());
      protocol = protocols.highestShared(theirs);
      if (protocol.isEmpty()) {
        return turnAway(
            Refusal.Code.INCOMPATIBLE,
            "you speak protocol "
                + theirs
                + ", this node ("
                + build
                + ") speaks "
                + protocols
                + ": use a build whose range meets it");
      }
      incarnation =
          hello.hasNode() ? Optional.of(Decode.incarnation(hello.getNode())) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return turnAway(Refusal.Code.INVALID, "hello: " + e.getMessage());
    }
    return decide(hello, protocol.getAsInt(), incarnation);
  }

  private Decision decide(Door.Hello hello, int protocol, Optional<Incarnation> incarnation) {
    boolean mayTakeAny = incarnation.isEmpty() && hello.getCluster().isEmpty();
    if (!mayTakeAny && !hello.getCluster().equals(cluster)) {
      return turnAway(
          Refusal.Code.INCOMPATIBLE,
          "you look for cluster '" + hello.getCluster() + "', this is '" + cluster + "'");
    }
    if (incarnation.isPresent() && !provesNode(hello.getNodeKey())) {
      return turnAway(
          Refusal.Code.UNAUTHENTICATED,
          "node " + incarnation.get() + " did not show the key of cluster '" + cluster + "'");
    }
    if (incarnation.isEmpty() && hello.getClient().length() > Introduction.MAX_CLIENT_CHARS) {
      return turnAway(
          Refusal.Code.INVALID,
          "hello.client has "
              + hello.getClient().length()
              + " characters, at most "
              + Introduction.MAX_CLIENT_CHARS
              + " are taken");
    }
    String name = incarnation.map(Incarnation::toString).orElse(hello.getClient());
    return new Decision.LetIn(new Guest(protocol, incarnation, name), welcome(protocol));
  }

  /** Digests make the comparison independent of the length as well. */
  private boolean provesNode(String shown) {
    return !nodeKey.isEmpty() && MessageDigest.isEqual(sha256(shown), sha256(nodeKey));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private Door.Welcome welcome(int protocol) {
    return Door.Welcome.newBuilder()
        .setProtocol(protocol)
        .setCluster(cluster)
        .setNode(Encode.incarnation(node))
        .setBuild(build)
        .build();
  }

  Decision.TurnedAway turnAway(Refusal.Code code, String message) {
    return new Decision.TurnedAway(
        Door.HelloRefused.newBuilder()
            .setRefusal(Encode.refusal(Refusal.of(code, message)))
            .setProtocolMin(protocols.min())
            .setProtocolMax(protocols.max())
            .build());
  }

  /** Keeps the key out of logs. */
  @Override
  public String toString() {
    return node + " of '" + cluster + "' (" + build + ")";
  }
}
