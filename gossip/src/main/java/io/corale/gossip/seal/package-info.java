/**
 * How datagrams between nodes are sealed, so that only nodes of the cluster write and read them.
 */
@org.jspecify.annotations.NullMarked
package io.corale.gossip.seal;
