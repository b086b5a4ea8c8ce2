package io.corale.gossip;

import com.google.protobuf.ByteString;
import io.corale.model.NodeId;

/**
 * Learns how long round trips take, and says what to expect of the next one. Confined to the thread
 * of the core.
 */
public interface RoundTrips {
  /** An answer from this node took so long; its coordinate came with it, or is empty. */
  void measured(NodeId node, long micros, ByteString coordinate);

  /** How long to wait for an answer: the expected time and a margin; 0 where nothing is known. */
  long patienceMicros(NodeId node);

  /** What this node tells others of where it is; empty where it does not know. */
  ByteString coordinate();
}
