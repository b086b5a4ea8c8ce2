/** Breaks rules of pure packages on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.scheduler;
