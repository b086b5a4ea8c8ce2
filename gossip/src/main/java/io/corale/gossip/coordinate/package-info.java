/** How far nodes are from each other, those included that never met. */
@org.jspecify.annotations.NullMarked
package io.corale.gossip.coordinate;
