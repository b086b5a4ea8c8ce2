package io.corale.node.cell;

import io.corale.node.disk.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The cell files of a node: one for each replica, beside the groups and outside of them. */
final class CellFiles {
  private static final String SUFFIX = ".json";

  private final Path directory;

  CellFiles(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
  }

  /** Writes or replaces a file; it survives a power cut once this returns. */
  void put(CellFile file) throws IOException {
    DurableFile.write(pathOf(file), file.write());
  }

  /** Forgets a replica. A file that comes back after a power cut names no directory, and goes. */
  void remove(CellFile file) throws IOException {
    Files.deleteIfExists(pathOf(file));
  }

  /** All files; one that cannot be read stops the node, for it may be of a newer version. */
  List<CellFile> all() throws IOException {
    List<CellFile> found = new ArrayList<>();
    List<Path> paths;
    try (Stream<Path> listed = Files.list(directory)) {
      paths = listed.filter(p -> p.toString().endsWith(SUFFIX)).sorted().toList();
    }
    for (Path path : paths) {
      try {
        found.add(CellFile.read(Files.readString(path)));
      } catch (IOException e) {
        throw new IOException("cell file " + path + ": " + e.getMessage(), e);
      }
    }
    return found;
  }

  private Path pathOf(CellFile file) {
    return directory.resolve(GroupIds.uuid(file.cell(), file.epoch()) + SUFFIX);
  }
}
