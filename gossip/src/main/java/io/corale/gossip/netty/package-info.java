/** Gossip on a timer of its own, over whatever carries messages to the doors of other nodes. */
@org.jspecify.annotations.NullMarked
package io.corale.gossip.netty;
