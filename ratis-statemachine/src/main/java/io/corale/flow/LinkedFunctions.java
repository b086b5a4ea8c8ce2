package io.corale.flow;

import io.corale.flow.Content.Taken;
import io.corale.flow.FunctionCalls.Calling;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Functions that tasks call and that stand elsewhere: in a catalog, or at an address. */
final class LinkedFunctions {
  private final Links links;
  private final Catalogs catalogs;
  private final ForeignFunctions foreign;
  private final SortedMap<String, Optional<Marked>> texts = new TreeMap<>();

  LinkedFunctions(Links links, Catalogs catalogs, ForeignFunctions foreign) {
    this.links = links;
    this.catalogs = catalogs;
    this.foreign = foreign;
  }

  /** What a call does by a name for which {@link Catalogs#isReference} holds. */
  Optional<Work> work(Calling calling) {
    return catalogs
        .address(calling.at(), calling.name())
        .flatMap(
            address ->
                links.function(
                    new Links.Call(calling.at(), calling.name(), address),
                    calling.of(FunctionSpec.unknown(calling.name())),
                    content -> taken(calling, content)));
  }

  private Optional<Taken<Work>> taken(Calling calling, Content content) {
    Optional<Marked> text = texts.computeIfAbsent(calling.name(), name -> content.structured());
    return text.flatMap(
        value ->
            foreign
                .work(
                    new Marked.Field(value.line(), value.column(), calling.name(), value),
                    content.findings(),
                    calling)
                .map(work -> new Taken<>(work, value)));
  }
}
