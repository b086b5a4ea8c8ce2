/** Performing attempts at providers on behalf of the cells of this node. */
@org.jspecify.annotations.NullMarked
package io.corale.node.invoke;
