package io.corale.deploy.bench;

/**
 * How much work a cell holds, as its superpeer says.
 *
 * @param atNanos by this process' monotonic clock
 * @param calls that wait for a slot, and what those weigh
 * @param live invocations that have not ended
 */
record QueueSample(long atNanos, long calls, long bytes, long live) {}
