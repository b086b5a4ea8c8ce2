package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import java.util.List;
import java.util.Optional;

/** The composition versions that invocations of a cell may name; a version never changes. */
final class Definitions {
  /** More versions than an owner publishes in years. */
  static final int MAX_DEFINITIONS = 10_000;

  /** A tenth of the heap of a small node. */
  static final long MAX_BYTES = 32L * 1024 * 1024;

  private final Pages<CompositionRef, Image.Definition> definitions =
      new Pages<>(Image.Definition::composition);
  private long sizeBytes;

  Result define(Command.Define define) {
    Image.Definition known = definitions.get(define.composition());
    if (known != null) {
      return known.canonical().equals(define.canonical())
          ? known(known, define)
          : refused(
              Code.CONFLICT,
              define.composition() + " is defined with other content; publish another version");
    }
    if (definitions.size() >= MAX_DEFINITIONS
        || sizeBytes + define.canonical().sizeBytes() > MAX_BYTES) {
      return refused(Code.OVERLOADED, "the cell has no room for another composition version");
    }
    keep(definition(define));
    return new Result.Done();
  }

  /** That it wants incidents could not be said while older members were there; now it is. */
  private Result known(Image.Definition known, Command.Define define) {
    if (define.wantsIncidents() && !known.wantsIncidents()) {
      definitions.put(definition(define));
    }
    return new Result.Done();
  }

  private static Image.Definition definition(Command.Define define) {
    return new Image.Definition(
        define.composition(), define.canonical(), define.tellsIn(), define.wantsIncidents());
  }

  private static Result refused(Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }

  void restore(Image.Definition definition) {
    keep(definition);
  }

  private void keep(Image.Definition definition) {
    definitions.put(definition);
    sizeBytes += definition.canonical().sizeBytes();
  }

  boolean has(CompositionRef ref) {
    return definitions.has(ref);
  }

  Optional<Payload> canonical(CompositionRef ref) {
    return Optional.ofNullable(definitions.get(ref)).map(Image.Definition::canonical);
  }

  /** The namespace in which invocations of a version tell of themselves; empty: they do not. */
  Optional<String> tellsIn(CompositionRef ref) {
    return Optional.ofNullable(definitions.get(ref)).flatMap(Image.Definition::tellsIn);
  }

  /** Whether what fails in the invocations of a version waits for a person. */
  boolean wantIncidents(CompositionRef ref) {
    Image.Definition definition = definitions.get(ref);
    return definition != null && definition.wantsIncidents();
  }

  /** In the order in which they were defined. */
  List<CompositionRef> versions() {
    return definitions.values().stream().map(Image.Definition::composition).toList();
  }

  List<Image.Definition> image() {
    return definitions.freeze();
  }
}
