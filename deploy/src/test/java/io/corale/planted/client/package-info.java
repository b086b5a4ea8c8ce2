/** Breaks the direction of the client on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.client;
