package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.wire.Znodes;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The birth records of cells: one linearizable register each, changed by compare-and-set only.
 *
 * <p>Threading: any thread; never blocks. A future that fails says nothing about whether a change
 * was made: read again. Reads must not be served from a cache.
 */
public interface BirthRecords {
  /** The record, if there is one. */
  CompletableFuture<Optional<Versioned>> read(CellId cell);

  /** Creates the record; false if there is one. */
  CompletableFuture<Boolean> create(CellId cell, Znodes.BirthRecord record);

  /** Replaces the record that has this version; false if it has another one, or is gone. */
  CompletableFuture<Boolean> replace(CellId cell, int version, Znodes.BirthRecord record);

  /** A record and the version under which it stands. */
  record Versioned(Znodes.BirthRecord record, int version) {}
}
