/** How a request finds who leads a cell, one question after the other. */
@org.jspecify.annotations.NullMarked
package io.corale.gossip.lookup;
