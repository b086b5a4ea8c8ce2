package io.corale.client;

import io.corale.model.CompositionRef;

/**
 * That a version of a composition stands, for good.
 *
 * @param knownAlready whether the same content had been published before
 */
public record Publication(CompositionRef composition, boolean knownAlready) {}
