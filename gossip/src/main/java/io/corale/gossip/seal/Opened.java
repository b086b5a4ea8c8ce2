package io.corale.gossip.seal;

import io.corale.model.Incarnation;

/** What came of a datagram. */
public sealed interface Opened {
  /**
   * What it says, and who says so. Under a seal the sender is proved; in plain text it is a claim.
   *
   * @param payload not copied: whoever takes it has the only reference
   */
  @SuppressWarnings("ArrayRecordComponent") // It is handed on once and never compared.
  record Message(Incarnation sender, byte[] payload) implements Opened {
    /** Not what it says. */
    @Override
    public String toString() {
      return payload.length + " bytes of " + sender;
    }
  }

  /** It is not for this node, and why; it has had no effect but a count. */
  record Refused(Refusal why) implements Opened {}
}
