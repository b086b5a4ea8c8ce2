/** Calling compositions from Java. */
@org.jspecify.annotations.NullMarked
package io.corale.client;
