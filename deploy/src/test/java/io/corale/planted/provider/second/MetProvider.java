package io.corale.planted.provider.second;

/** Public, so that its sibling can meet it. */
public record MetProvider(String id) {}
