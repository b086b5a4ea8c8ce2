/** How the node's rooms come by their threads. */
@org.jspecify.annotations.NullMarked
package io.corale.node.thread;
