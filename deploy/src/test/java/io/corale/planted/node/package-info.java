/** Breaks the direction of the node on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.node;
