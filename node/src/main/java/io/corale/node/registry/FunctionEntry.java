package io.corale.node.registry;

import com.google.protobuf.ByteString;
import io.corale.model.FunctionRef;
import java.time.Instant;

/**
 * A function version in the catalog of an owner; it never changes.
 *
 * @param source as the owner wrote it
 * @param digest SHA-256 of its canonical form
 */
public record FunctionEntry(
    FunctionRef function, ByteString source, ByteString digest, Instant put) {}
