package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.node.registry.Birth;
import io.corale.node.registry.Registry;
import io.corale.node.registry.Versioned;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The birth records of cells: one linearizable register each, changed by compare-and-set only; the
 * part of the {@link Registry} that births need, with its contract.
 */
public interface BirthRecords {
  /** The record with its version; empty when the cell was never born. */
  CompletableFuture<Optional<Versioned<Birth>>> read(CellId cell);

  /** Writes the first record; empty where another one stands. */
  CompletableFuture<Optional<Versioned<Birth>>> create(CellId cell, Birth birth);

  /** Replaces the record that still has this version; empty where another one stands. */
  CompletableFuture<Optional<Versioned<Birth>>> replace(CellId cell, int version, Birth next);

  /** Those of a registry. */
  static BirthRecords of(Registry registry) {
    return new BirthRecords() {
      @Override
      public CompletableFuture<Optional<Versioned<Birth>>> read(CellId cell) {
        return registry.birth(cell);
      }

      @Override
      public CompletableFuture<Optional<Versioned<Birth>>> create(CellId cell, Birth birth) {
        return registry.createBirth(cell, birth);
      }

      @Override
      public CompletableFuture<Optional<Versioned<Birth>>> replace(
          CellId cell, int version, Birth next) {
        return registry.replaceBirth(cell, version, next);
      }
    };
  }
}
