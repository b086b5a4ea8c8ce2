/** A provider that is met on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.provider.second;
