/** One peer of the flat network. */
@org.jspecify.annotations.NullMarked
package io.corale.node;
