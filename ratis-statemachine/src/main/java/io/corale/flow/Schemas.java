package io.corale.flow;

import io.corale.flow.schema.JsonSchema;
import java.util.Optional;

/**
 * What a task, or the composition, demands of its data.
 *
 * @param input its raw input
 * @param output after {@code output.as}
 * @param export what is to be the context
 */
record Schemas(
    Optional<JsonSchema> input, Optional<JsonSchema> output, Optional<JsonSchema> export) {}
