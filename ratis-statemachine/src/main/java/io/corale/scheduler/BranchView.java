package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Payload;

/**
 * A branch as the interpreter sees it off the log: an immutable copy that any thread may hold.
 *
 * @param branch 0 for the root
 * @param step what a transition must guard
 * @param state what the interpreter remembered here last
 */
public record BranchView(
    InvocationId invocation, CompositionRef composition, int branch, long step, Payload state) {}
