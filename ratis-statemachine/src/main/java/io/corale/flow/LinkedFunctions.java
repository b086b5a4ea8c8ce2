package io.corale.flow;

import io.corale.flow.Content.Taken;
import java.util.Optional;

/** Functions that tasks call and that stand elsewhere: in a catalog, or at an address. */
final class LinkedFunctions {
  private final Links links;
  private final Catalogs catalogs;
  private final Expressions expressions;

  LinkedFunctions(Links links, Catalogs catalogs, Expressions expressions) {
    this.expressions = expressions;
    this.links = links;
    this.catalogs = catalogs;
  }

  /** The function of a name for which {@link Catalogs#isReference} holds. */
  Optional<FunctionSpec> function(Marked at, String name) {
    return catalogs
        .address(at, name)
        .flatMap(
            address ->
                links.function(
                    new Links.Call(at, name, address),
                    FunctionSpec.unknown(name),
                    content -> taken(name, content)));
  }

  private Optional<Taken<FunctionSpec>> taken(String name, Content content) {
    return content
        .structured()
        .flatMap(
            value ->
                FunctionReader.of(content.findings(), expressions, links)
                    .function(new Marked.Field(value.line(), value.column(), name, value))
                    .map(spec -> new Taken<>(spec, value)));
  }
}
