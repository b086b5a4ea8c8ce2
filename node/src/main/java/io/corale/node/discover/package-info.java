/** Asking providers what accounts may use, on behalf of the cells that this node leads. */
@org.jspecify.annotations.NullMarked
package io.corale.node.discover;
