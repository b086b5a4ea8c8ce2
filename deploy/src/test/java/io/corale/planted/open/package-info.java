/** Uses libraries outside of their rooms on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.open;
