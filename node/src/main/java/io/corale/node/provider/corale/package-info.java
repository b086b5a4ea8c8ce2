/** Runs compositions of other owners, at the doors of this or another cluster. */
@org.jspecify.annotations.NullMarked
package io.corale.node.provider.corale;
