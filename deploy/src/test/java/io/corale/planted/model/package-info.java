/** Breaks the direction of the model on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.model;
