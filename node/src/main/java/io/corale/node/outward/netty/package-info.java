/** How providers reach far sides: kept connections, within the bounds that sending needs. */
@org.jspecify.annotations.NullMarked
package io.corale.node.outward.netty;
