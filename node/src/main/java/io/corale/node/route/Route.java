package io.corale.node.route;

import io.corale.wire.Freight;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * What every journey needs.
 *
 * @param freight where large answers of other nodes find room on their way to who asked
 * @param nanos monotonic time
 * @param timer for the pauses between two looks; its tasks are short
 */
record Route(
    Lookup lookup,
    Serving desk,
    Peers peers,
    Founding founding,
    Freight freight,
    LongSupplier nanos,
    ScheduledExecutorService timer) {}
