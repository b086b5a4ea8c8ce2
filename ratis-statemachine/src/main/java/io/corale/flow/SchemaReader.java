package io.corale.flow;

import io.corale.flow.Content.Taken;
import io.corale.flow.schema.JsonSchema;
import io.corale.flow.schema.Problem;
import io.corale.flow.schema.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads {@code schema} of inputs, outputs and exports. */
final class SchemaReader {
  private final Findings findings;
  private final Links links;

  SchemaReader(Findings findings, Links links) {
    this.findings = findings;
    this.links = links;
  }

  /** The schema of one side of a task or composition, as in {@code input}. */
  Optional<JsonSchema> read(Optional<Marked.Fields> side, String where) {
    return side.flatMap(fields -> fields.get("schema"))
        .flatMap(value -> read(value, where + ".schema"));
  }

  private Optional<JsonSchema> read(Marked value, String where) {
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("format", "document", "resource"), Map.of());
    Optional<Marked> format = fields.get().get("format");
    Optional<String> name = format.flatMap(each -> findings.string(each, where + ".format"));
    if (name.isPresent() && !name.get().matches("json(:(draft)?2020-12)?")) {
      findings.add(
          format.orElse(value),
          where + ".format '" + name.get() + "' is not supported",
          "write format: json, which is JSON Schema 2020-12");
      return Optional.empty();
    }
    Optional<Marked.Field> resource = fields.get().field("resource");
    if (resource.isPresent() && fields.get().get("document").isPresent()) {
      findings.add(resource.get(), where + " has a 'document' and a 'resource'", "keep one");
      return Optional.empty();
    }
    return resource.isPresent()
        ? linked(resource.get().value(), where + ".resource")
        : findings
            .required(fields.get(), "document", where)
            .flatMap(document -> compiled(document, where + ".document", findings));
  }

  /** Empty, too, as long as the resource is not at hand. */
  private Optional<JsonSchema> linked(Marked resource, String where) {
    Optional<Optional<JsonSchema>> schema =
        links.read(
            resource,
            where,
            Optional.empty(),
            content ->
                content
                    .structured()
                    .flatMap(
                        document ->
                            compiled(document, where, content.findings())
                                .map(made -> new Taken<>(Optional.of(made), document))));
    return schema.flatMap(Function.identity());
  }

  private static Optional<JsonSchema> compiled(Marked document, String where, Findings findings) {
    Reading reading = JsonSchema.compile(document.value());
    if (reading instanceof Reading.Whole whole) {
      return Optional.of(whole.schema());
    }
    for (Problem problem : ((Reading.Broken) reading).problems()) {
      findings.add(
          place(document, problem.pointer() + "/" + problem.keyword()),
          where + " is no schema: " + problem,
          "");
    }
    return Optional.empty();
  }

  /** The value to which a pointer leads; as far as it leads anywhere. */
  private static Marked place(Marked document, String pointer) {
    Marked place = document;
    for (String token : pointer.split("/", -1)) {
      String name = token.replace("~1", "/").replace("~0", "~");
      if (place instanceof Marked.Fields fields) {
        place = fields.get(name).orElse(place);
      } else if (place instanceof Marked.Items items && name.matches("\\d{1,5}")) {
        int index = Integer.parseInt(name);
        place = index < items.items().size() ? items.items().get(index) : place;
      }
    }
    return place;
  }
}
