/** The contract between the invoker and every provider of functions. */
@org.jspecify.annotations.NullMarked
package io.corale.node.provider;
