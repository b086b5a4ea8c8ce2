/** A provider that only pretends, as its account declares. */
@org.jspecify.annotations.NullMarked
package io.corale.node.provider.sim;
