/** The owner's scheduler as a Ratis state machine. */
@org.jspecify.annotations.NullMarked
package io.corale.scheduler.ratis;
