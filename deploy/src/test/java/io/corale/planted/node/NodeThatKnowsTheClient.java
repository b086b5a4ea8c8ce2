package io.corale.planted.node;

import io.corale.planted.client.ClientThatKnowsTheNode;

/** Public, so that a planted room can know it. */
public record NodeThatKnowsTheClient(ClientThatKnowsTheNode client) {}
