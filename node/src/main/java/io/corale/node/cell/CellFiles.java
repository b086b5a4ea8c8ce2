package io.corale.node.cell;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.corale.node.disk.DurableFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cell files of a node: one for each replica, beside the groups and outside of them. */
final class CellFiles {
  private static final Logger log = LoggerFactory.getLogger(CellFiles.class);

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

  /**
   * All files. One that is damaged is moved aside and told: its replica is lost, for nobody knows
   * any more of which cell it is. One of a newer version stops the node.
   */
  List<CellFile> all(Damaged damaged) throws IOException {
    List<CellFile> found = new ArrayList<>();
    List<Path> paths;
    try (Stream<Path> listed = Files.list(directory)) {
      paths = listed.filter(p -> p.toString().endsWith(SUFFIX)).sorted().toList();
    }
    for (Path path : paths) {
      try {
        found.add(CellFile.read(Files.readString(path)));
      } catch (CellFile.NewerVersion e) {
        throw new IOException("cell file " + path + ": " + e.getMessage(), e);
      } catch (JsonProcessingException | CellFile.Unreadable | CharacterCodingException e) {
        log.error("cell file {} is damaged and moved aside: {}", path, e.getMessage());
        String name = path.getFileName().toString();
        damaged.found(name.substring(0, name.length() - SUFFIX.length()));
        Files.move(
            path, path.resolveSibling(name + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return found;
  }

  /** Hears of the group whose file cannot be read. */
  interface Damaged {
    void found(String group) throws IOException;
  }

  private Path pathOf(CellFile file) {
    return directory.resolve(GroupIds.uuid(file.cell(), file.epoch()) + SUFFIX);
  }
}
