package io.corale.flow;

import io.corale.model.InvocationId;
import io.corale.model.Payload;

/**
 * An invocation that is to begin.
 *
 * @param acceptedWallMillis when it was accepted, by the clock of the node that accepted it
 */
public record Beginning(InvocationId invocation, Payload input, long acceptedWallMillis) {}
