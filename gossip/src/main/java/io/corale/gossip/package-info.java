/** What a node believes about the others. */
@org.jspecify.annotations.NullMarked
package io.corale.gossip;
