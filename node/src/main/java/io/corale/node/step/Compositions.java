package io.corale.node.step;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import io.corale.model.CompositionRef;
import io.corale.model.OwnerId;
import io.corale.node.cell.Cell;
import java.util.Optional;

/**
 * The compiled compositions of the cells on this node; versions are immutable, so an entry is never
 * wrong. Thread-safe, because a composition is.
 */
public final class Compositions {
  /** A compiled composition is tens of kilobytes; this many fit beside everything else. */
  private static final int MAX_COMPILED = 1_000;

  private final Cache<Key, Composition> compiled =
      Caffeine.newBuilder().maximumSize(MAX_COMPILED).build();

  private final Expectations expectations;

  private record Key(OwnerId owner, CompositionRef ref) {}

  public Compositions() {
    this(Ticker.systemTicker());
  }

  Compositions(Ticker ticker) {
    expectations = new Expectations(ticker);
  }

  /** How long what they call is expected to take. */
  Expectations expectations() {
    return expectations;
  }

  /** The composition as this cell defines it; empty where it does not. */
  public Optional<Composition> of(Cell cell, CompositionRef ref) {
    Key key = new Key(cell.id().owner(), ref);
    Composition known = compiled.getIfPresent(key);
    if (known != null) {
      return Optional.of(known);
    }
    return cell.read(scheduler -> scheduler.composition(ref))
        .map(canonical -> compiled.get(key, k -> compile(ref, canonical.json())));
  }

  /** The composition of a name, in this version or in its highest release. */
  Optional<Composition> named(Cell cell, String name, Optional<String> version) {
    return version
        .map(each -> new CompositionRef(name, each))
        .or(() -> highestRelease(cell, name))
        .flatMap(ref -> of(cell, ref));
  }

  /** The version that an unpinned call may choose; empty where the cell defines no release. */
  public static Optional<CompositionRef> highestRelease(Cell cell, String name) {
    return cell.read(scheduler -> scheduler.compositions()).stream()
        .filter(ref -> ref.name().equals(name) && ref.isRelease())
        .max(CompositionRef::compareTo);
  }

  private static Composition compile(CompositionRef ref, String canonical) {
    Compilation compilation = Compiler.compilePublished(canonical);
    if (compilation instanceof Compilation.Compiled done) {
      return done.composition();
    }
    // It compiled when it was published; only a narrower compiler of a later version gets here.
    throw new IllegalStateException("definition of " + ref + " does not compile: " + compilation);
  }
}
