package io.corale.node.route;

import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * What every journey needs.
 *
 * @param nanos monotonic time
 * @param timer for the pauses between two looks; its tasks are short
 */
record Route(
    Lookup lookup,
    Desk desk,
    Peers peers,
    Founding founding,
    LongSupplier nanos,
    ScheduledExecutorService timer) {}
