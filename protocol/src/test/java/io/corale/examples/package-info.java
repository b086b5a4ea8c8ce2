/** The compositions that are shipped as examples, with what their page says of each. */
@org.jspecify.annotations.NullMarked
package io.corale.examples;
