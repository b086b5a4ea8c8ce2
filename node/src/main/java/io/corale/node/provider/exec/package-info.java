/** Programs on the node's machine, as far as its operator declared them. */
@org.jspecify.annotations.NullMarked
package io.corale.node.provider.exec;
