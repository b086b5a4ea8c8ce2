package io.corale.node.registry;

import io.corale.model.CompositionRef;

/**
 * What publishing came to.
 *
 * @param knownAlready the same content had been published under this version before
 */
public record Publication(CompositionRef composition, boolean knownAlready) {}
