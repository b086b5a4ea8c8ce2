package io.corale.node.registry;

/** A record with the version under which it may be replaced by compare-and-set. */
public record Versioned<T>(T value, int version) {}
