package io.corale.planted.client;

import io.corale.node.registry.Registry;

/** Public, so that the planted node can know it. */
public record ClientThatKnowsTheNode(Registry registry) {}
