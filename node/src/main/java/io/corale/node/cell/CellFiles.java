package io.corale.node.cell;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
    Path target = pathOf(file);
    Path draft = target.resolveSibling(target.getFileName() + ".draft");
    try (FileChannel out =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer text = ByteBuffer.wrap(file.write());
      while (text.hasRemaining()) {
        out.write(text);
      }
      out.force(true);
    }
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncNames();
  }

  /** Forgets a replica; done as well where there is none. */
  void remove(CellFile file) throws IOException {
    Files.deleteIfExists(pathOf(file));
    syncNames();
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
        found.add(CellFile.read(Files.readAllBytes(path)));
      } catch (IOException e) {
        throw new IOException("cell file " + path + ": " + e.getMessage(), e);
      }
    }
    return found;
  }

  private Path pathOf(CellFile file) {
    return directory.resolve(GroupIds.uuid(file.cell(), file.epoch()) + SUFFIX);
  }

  private void syncNames() throws IOException {
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }
}
