package io.corale.node.discover;

import io.corale.node.registry.Registration;
import java.util.Optional;

/**
 * What became of asking the provider of an account the last time.
 *
 * @param account as it stood then
 * @param trouble why nothing was learned; empty where something was
 * @param askedNanos when that was, by the node's monotonic clock
 */
public record Standing(Registration account, Optional<String> trouble, long askedNanos) {}
