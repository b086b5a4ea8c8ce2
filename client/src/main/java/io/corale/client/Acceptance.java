package io.corale.client;

import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;

/**
 * That an invocation is on record for good.
 *
 * @param cell where it is on record; retries go there (rule 25)
 * @param composition with the version that was chosen
 * @param knownAlready whether it was on record before, under the same id
 * @param keepsIncidents whether what fails in it waits for a person
 */
public record Acceptance(
    InvocationId id,
    int cell,
    CompositionRef composition,
    boolean knownAlready,
    boolean keepsIncidents) {}
