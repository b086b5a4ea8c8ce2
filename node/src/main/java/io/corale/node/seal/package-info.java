/** How the secrets of owners are sealed, so that only nodes of the cluster can read them. */
@org.jspecify.annotations.NullMarked
package io.corale.node.seal;
