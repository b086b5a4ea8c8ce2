/** The HTTP port at which monitoring looks at a node. */
@org.jspecify.annotations.NullMarked
package io.corale.node.observe.netty;
