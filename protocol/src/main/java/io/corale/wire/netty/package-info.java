/** The wire of doors: framed, multiplexed connections over Netty. */
@org.jspecify.annotations.NullMarked
package io.corale.wire.netty;
