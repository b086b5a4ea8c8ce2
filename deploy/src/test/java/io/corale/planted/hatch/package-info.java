/** The other half of a cycle on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.hatch;
