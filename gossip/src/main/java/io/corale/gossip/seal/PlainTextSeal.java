package io.corale.gossip.seal;

import io.corale.model.Incarnation;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Seals nothing: for development, on a network where nobody else is. Anybody may read what is sent,
 * and say anything in the name of any node.
 *
 * <pre>
 *   {@link Header header} | payload
 * </pre>
 *
 * In the place of the key the header names the cluster, by four bytes of the SHA-256 of its name,
 * so that clusters which meet by mistake do not mix. What is sealed is not opened here, and what is
 * sent from here is not opened by a node that seals.
 */
public final class PlainTextSeal implements Seal {
  private final Incarnation self;
  private final int clusterId;
  private final SentCounter counter = new SentCounter(0);
  private final Senders senders = new Senders(AesSeal.MAX_SENDERS);
  private final Refusals refusals = new Refusals();

  /** Whoever calls this has been told by the operator that plain text is wanted. */
  public PlainTextSeal(ClusterName cluster, Incarnation self) {
    this.self = self;
    this.clusterId = idOf(cluster);
  }

  private static int idOf(ClusterName cluster) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return ByteBuffer.wrap(digest.digest(cluster.encoded())).getInt();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public int maxPayloadBytes() {
    return MAX_DATAGRAM_BYTES - Header.FIXED_BYTES - self.node().value().length();
  }

  @Override
  public byte[] seal(byte[] payload) {
    if (payload.length > maxPayloadBytes()) {
      throw new IllegalArgumentException(
          "payload has " + payload.length + " bytes, expected at most " + maxPayloadBytes());
    }
    Header header = new Header(Header.Form.PLAIN_TEXT, clusterId, counter.next(), self);
    ByteBuffer datagram = ByteBuffer.allocate(header.bytes() + payload.length);
    header.write(datagram);
    return datagram.put(payload).array();
  }

  @Override
  public Opened open(byte[] datagram) {
    Optional<Refusal> unfit = Datagrams.unfit(datagram, Header.Form.PLAIN_TEXT, Refusal.SEALED, 0);
    if (unfit.isPresent()) {
      return refusals.count(unfit.get());
    }
    if (Header.keyId(datagram) != clusterId) {
      return refusals.count(Refusal.OTHER_CLUSTER);
    }
    return Header.read(Header.Form.PLAIN_TEXT, datagram)
        .map(header -> open(header, datagram))
        .orElseGet(() -> refusals.count(Refusal.NO_SENDER));
  }

  private Opened open(Header header, byte[] datagram) {
    if (header.sender().equals(self)) {
      return refusals.count(Refusal.OWN);
    }
    Senders.Sender sender = senders.find(header.sender());
    Optional<Refusal> again = sender.window.refuses(header.counter());
    if (again.isPresent()) {
      return refusals.count(again.get());
    }
    senders.heard(sender, header.counter());
    byte[] payload = Arrays.copyOfRange(datagram, header.bytes(), datagram.length);
    return new Opened.Message(header.sender(), payload);
  }

  @Override
  public long refused(Refusal why) {
    return refusals.of(why);
  }

  @Override
  public String toString() {
    return "plain text of " + self;
  }
}
