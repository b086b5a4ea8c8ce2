/** The words of Corale as immutable values that every other room speaks. */
@org.jspecify.annotations.NullMarked
package io.corale.model;
