package io.corale.node.registry;

import io.corale.model.CellId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The birth records of cells in ZooKeeper (rules 1 and 2); never served from memory. */
final class BirthShelf {
  private final RegistryPaths paths;
  private final ZooKeeperSession session;

  BirthShelf(RegistryPaths paths, ZooKeeperSession session) {
    this.paths = paths;
    this.session = session;
  }

  CompletableFuture<Optional<Versioned<Birth>>> read(CellId cell) {
    String path = paths.cell(cell);
    return session
        .read(path)
        .thenApply(
            znode ->
                znode.map(
                    it ->
                        new Versioned<>(RegistryRecords.birth(path, it.content()), it.version())));
  }

  CompletableFuture<Optional<Versioned<Birth>>> create(CellId cell, Birth birth) {
    return session
        .create(paths.cell(cell), RegistryRecords.birth(birth))
        .thenCompose(write -> mine(cell, birth, write));
  }

  CompletableFuture<Optional<Versioned<Birth>>> replace(CellId cell, int version, Birth next) {
    return session
        .replace(paths.cell(cell), version, RegistryRecords.birth(next))
        .thenCompose(write -> mine(cell, next, write));
  }

  /**
   * What our write came to. Where it failed our first try may still have been made and its answer
   * lost, after which Curator repeated it: then the record that stands is ours, told by its nonce.
   */
  private CompletableFuture<Optional<Versioned<Birth>>> mine(
      CellId cell, Birth birth, Write write) {
    return write.isDone()
        ? done(Optional.of(new Versioned<>(birth, write.version())))
        : read(cell).thenApply(stands -> stands.filter(it -> it.value().equals(birth)));
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
