/** A provider that meets another on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.provider.first;
