package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The composition versions that invocations of a cell may name; a version never changes. */
final class Definitions {
  /** More versions than an owner publishes in years. */
  static final int MAX_DEFINITIONS = 10_000;

  /** A tenth of the heap of a small node. */
  static final long MAX_BYTES = 32L * 1024 * 1024;

  private final Map<CompositionRef, Payload> canonical = new LinkedHashMap<>();
  private final Map<CompositionRef, String> telling = new LinkedHashMap<>();
  private long sizeBytes;

  Result define(Command.Define define) {
    Payload known = canonical.get(define.composition());
    if (known != null) {
      return known.equals(define.canonical())
          ? new Result.Done()
          : refused(
              Code.CONFLICT,
              define.composition() + " is defined with other content; publish another version");
    }
    if (canonical.size() >= MAX_DEFINITIONS
        || sizeBytes + define.canonical().sizeBytes() > MAX_BYTES) {
      return refused(Code.OVERLOADED, "the cell has no room for another composition version");
    }
    put(define.composition(), define.canonical(), define.tellsIn());
    return new Result.Done();
  }

  private void put(CompositionRef ref, Payload content, Optional<String> tellsIn) {
    canonical.put(ref, content);
    tellsIn.ifPresent(namespace -> telling.put(ref, namespace));
    sizeBytes += content.sizeBytes();
  }

  /** The namespace in which invocations of a version tell of themselves; empty: they do not. */
  Optional<String> tellsIn(CompositionRef ref) {
    return Optional.ofNullable(telling.get(ref));
  }

  private static Result refused(Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }

  Map<CompositionRef, Payload> all() {
    return canonical;
  }

  void restore(Image.Definition definition) {
    put(definition.composition(), definition.canonical(), definition.tellsIn());
  }

  List<Image.Definition> image() {
    List<Image.Definition> image = new ArrayList<>(canonical.size());
    canonical.forEach(
        (ref, content) -> image.add(new Image.Definition(ref, content, tellsIn(ref))));
    return image;
  }
}
