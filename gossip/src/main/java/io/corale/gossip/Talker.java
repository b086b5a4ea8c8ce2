package io.corale.gossip;

import io.corale.model.Incarnation;
import io.corale.wire.Common;
import io.corale.wire.Gossips;

/** Begins what this node says over streams, and asks it. */
final class Talker {
  private final Incarnation self;
  private final long life;
  private final String cluster;
  private final Outbox outbox;

  Talker(Incarnation self, String cluster, Outbox outbox) {
    this.self = self;
    this.life = Life.of(cluster, self);
    this.cluster = cluster;
    this.outbox = outbox;
  }

  /** This life. */
  long self() {
    return life;
  }

  Gossips.Talk.Builder talk() {
    return Gossips.Talk.newBuilder()
        .setVersion(GossipCore.VERSION)
        .setCluster(cluster)
        .setFrom(Common.Incarnation.newBuilder().setNode(self.node().value()).setBoot(self.boot()));
  }

  /**
   * Nothing is said of this life of the node, which may never begin: who asks must name some node,
   * so it names itself, in no life.
   */
  Gossips.Talk inquiry() {
    return Gossips.Talk.newBuilder()
        .setVersion(GossipCore.VERSION)
        .setCluster(cluster)
        .setFrom(Common.Incarnation.newBuilder().setNode(self.node().value()))
        .setInquiry(Gossips.Inquiry.getDefaultInstance())
        .build();
  }

  /**
   * Pings over a stream.
   *
   * @param summary of what this node holds
   */
  void ping(Member member, int number, long summary) {
    ask(
        member.record().getDoorAddress(),
        Output.Purpose.PROBE,
        number,
        talk().setPing(Gossips.Ping.newBuilder().setTo(member.life()).setSummary(summary)));
  }

  void ask(String address, Output.Purpose purpose, int number, Gossips.Talk.Builder talk) {
    outbox.ask(new Output.Ask(address, purpose, number, talk.build()));
  }

  /** Whether this can be understood, and is said in this cluster. */
  boolean understands(Gossips.Talk talk) {
    return talk.getVersion() == GossipCore.VERSION && talk.getCluster().equals(cluster);
  }
}
