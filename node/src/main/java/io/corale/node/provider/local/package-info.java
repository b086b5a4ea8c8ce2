/** Java functions inside the node's process, as far as its operator named them. */
@org.jspecify.annotations.NullMarked
package io.corale.node.provider.local;
