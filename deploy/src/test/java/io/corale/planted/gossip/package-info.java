/** Breaks the direction of gossip on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.gossip;
