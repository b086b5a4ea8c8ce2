package io.corale.scheduler;

/**
 * What one replica found itself to be at a check.
 *
 * @param index of the entry with the check
 * @param digest of all state after that entry
 */
public record Measured(long index, long digest) {}
