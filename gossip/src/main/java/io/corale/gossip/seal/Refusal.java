package io.corale.gossip.seal;

/** Why a datagram was not opened; counted, and otherwise passed over in silence. */
public enum Refusal {
  /** Shorter than its own beginning says, or than anything that is sealed. */
  TRUNCATED,
  /** Longer than any node sends. */
  OVERSIZED,
  /** Of a form that this build does not know, or no datagram of a cluster at all. */
  UNKNOWN_FORM,
  /** Plain text, and this node takes only what is sealed. */
  PLAIN_TEXT,
  /** Sealed, and this node runs in plain text. */
  SEALED,
  /** In plain text, of another cluster. */
  OTHER_CLUSTER,
  /** Sealed under a key that is not on the ring. */
  UNKNOWN_KEY,
  /** Its sender has no name, or no life, or counts beyond the end. */
  NO_SENDER,
  /** It names this life of this node as its sender: somebody sends back what it said. */
  OWN,
  /** It was opened before. */
  REPLAYED,
  /** So late that nobody remembers whether it was opened before. */
  TOO_OLD,
  /** Nobody with the key has sealed this, under this name, for this cluster. */
  FORGED
}
