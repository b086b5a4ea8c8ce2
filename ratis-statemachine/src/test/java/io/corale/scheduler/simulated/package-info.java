/** A cell in one thread: real schedulers and superpeers on simulated time, log and providers. */
@org.jspecify.annotations.NullMarked
package io.corale.scheduler.simulated;
