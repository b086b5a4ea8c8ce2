package io.corale.node.registry;

import com.google.protobuf.ByteString;
import io.corale.model.CompositionRef;
import java.time.Instant;

/**
 * A composition version as it was published; it never changes.
 *
 * @param source as the owner wrote it
 * @param digest SHA-256 of its canonical form
 */
public record CompositionEntry(
    CompositionRef composition, ByteString source, ByteString digest, Instant published) {}
