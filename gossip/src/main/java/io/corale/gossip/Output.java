package io.corale.gossip;

import io.corale.wire.Gossips;

/** Something that the core wants to be sent. */
public sealed interface Output {
  /** A datagram that may be lost. */
  record Send(String address, Gossips.Datagram datagram) implements Output {}

  /**
   * A question over a stream to the door at this address. The answer goes to {@link
   * GossipCore#heard}; if there is none within eight seconds, {@link GossipCore#lost} is told.
   */
  record Ask(String address, Purpose purpose, int number, Gossips.Talk talk) implements Output {}

  /**
   * Words of the first form over a stream to the door at this address; the answer goes to {@link
   * BothForms#heard}.
   */
  record Tell(String address, Gossips.Message message) implements Output {}

  /** Why something is asked over a stream. */
  enum Purpose {
    PROBE,
    INQUIRY,
    SUMMARY,
    EXCHANGE
  }
}
