package io.corale.gossip.netty;

import com.google.protobuf.ByteString;
import java.util.concurrent.CompletableFuture;

/** Carries a gossip message to another node's door, as a request with an answer. */
@FunctionalInterface
public interface Exchanger {
  /**
   * The answer of the node at this address; fails where there is none within eight seconds. Any
   * thread; must not block.
   */
  CompletableFuture<ByteString> ask(String address, ByteString message);
}
