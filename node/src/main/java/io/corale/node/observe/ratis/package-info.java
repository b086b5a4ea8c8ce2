/** Ratis' own metrics, all groups together, as metrics of ours. */
@org.jspecify.annotations.NullMarked
package io.corale.node.observe.ratis;
