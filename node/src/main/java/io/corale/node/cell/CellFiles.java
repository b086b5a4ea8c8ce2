package io.corale.node.cell;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.corale.node.cell.CellFile.State;
import io.corale.node.disk.DurableFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cell files of a node: one for each replica, beside the groups and outside of them. */
final class CellFiles {
  private static final Logger log = LoggerFactory.getLogger(CellFiles.class);

  private static final String SUFFIX = ".json";

  /** The id of a group; what is named otherwise is not ours. */
  private static final Pattern NAME =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.json");

  private final Path directory;

  /** What is known to be on disk. Of the keeper's thread, once the node has started. */
  private final Map<String, CellFile> written = new LinkedHashMap<>();

  /** The groups whose files could not be read yet. */
  private final Set<String> unread = ConcurrentHashMap.newKeySet();

  CellFiles(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
  }

  /** Writes or replaces a file; it survives a power cut once this returns. */
  void put(CellFile file) throws IOException {
    Path path = pathOf(file);
    CellFile before = written.get(groupOf(path));
    if (before != null && before.state() != file.state()) {
      // Where writing fails it says the one or the other.
      written.remove(groupOf(path));
    }
    DurableFile.write(path, file.write());
    written.put(groupOf(path), file);
  }

  /**
   * As {@link #put}, unless that is what it says already; to be repeated where it fails.
   *
   * @return whether it said something else
   */
  boolean keep(CellFile file) throws IOException {
    boolean isNews = !file.equals(written.get(groupOf(pathOf(file))));
    if (isNews) {
      put(file);
    }
    return isNews;
  }

  /**
   * Whether what this node has of a replica is known to be on disk, as far as others may count on
   * it. One that is back is not before its file says so: it would be lost if this node started
   * again now.
   */
  boolean isDurable(CellFile file) {
    CellFile known = written.get(groupOf(pathOf(file)));
    return file.state() != State.HELD || (known != null && known.state() == State.HELD);
  }

  /** Forgets a replica. A file that comes back after a power cut names no directory, and goes. */
  void remove(CellFile file) throws IOException {
    written.remove(groupOf(pathOf(file)));
    Files.deleteIfExists(pathOf(file));
  }

  /**
   * All files. One that is damaged is moved aside and told: its replica is lost, for nobody knows
   * any more of which cell it is. One that cannot be read stays, and nothing is done about its
   * replica. One of a newer version stops the node.
   */
  List<CellFile> all(Damaged damaged) throws IOException {
    List<Path> paths;
    try (Stream<Path> listed = Files.list(directory)) {
      paths = listed.filter(p -> NAME.matcher(nameOf(p)).matches()).sorted().toList();
    }
    return read(paths, damaged);
  }

  /** As {@link #all}: those that could not be read, as far as they can be now. */
  List<CellFile> unread(Damaged damaged) {
    List<CellFile> found = new ArrayList<>();
    for (String group : unreadGroups()) {
      try {
        found.addAll(read(List.of(pathOf(group)), damaged));
      } catch (IOException e) {
        log.debug("{}; it stays as it is", e.getMessage());
      }
    }
    return found;
  }

  /** The groups whose files could not be read yet; any thread may ask. */
  List<String> unreadGroups() {
    return unread.stream().sorted().toList();
  }

  private List<CellFile> read(List<Path> paths, Damaged damaged) throws IOException {
    List<CellFile> found = new ArrayList<>();
    for (Path path : paths) {
      try {
        CellFile file = CellFile.read(Files.readString(path));
        written.put(groupOf(path), file);
        unread.remove(groupOf(path));
        found.add(file);
      } catch (CellFile.NewerVersion e) {
        throw new IOException("cell file " + path + ": " + e.getMessage(), e);
      } catch (JsonProcessingException | CellFile.Unreadable | CharacterCodingException e) {
        log.error("cell file {} is damaged and moved aside: {}", path, e.getMessage());
        unread.remove(groupOf(path));
        damaged.found(groupOf(path));
        moveAside(path);
      } catch (NoSuchFileException e) {
        log.warn("cell file {} is gone", path);
        unread.remove(groupOf(path));
      } catch (IOException e) {
        if (unread.add(groupOf(path))) {
          log.error("cell file {} cannot be read; its replica is not opened yet", path, e);
        }
      }
    }
    return found;
  }

  private static void moveAside(Path path) {
    try {
      Files.move(
          path,
          path.resolveSibling(nameOf(path) + ".damaged"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn("cell file {} stays: {}", path, e.toString());
    }
  }

  /** Fails if this node has a file for this replica that it could not read. */
  void requireRead(CellFile asked) throws IOException {
    String group = GroupIds.uuid(asked.cell(), asked.epoch()).toString();
    if (unread.contains(group)) {
      throw new IOException("the cell file of group " + group + " could not be read");
    }
  }

  private static String groupOf(Path path) {
    return nameOf(path).substring(0, nameOf(path).length() - SUFFIX.length());
  }

  private static String nameOf(Path path) {
    return path.getFileName().toString();
  }

  /** Hears of the group whose file cannot be read. */
  interface Damaged {
    void found(String group);
  }

  private Path pathOf(CellFile file) {
    return pathOf(GroupIds.uuid(file.cell(), file.epoch()).toString());
  }

  private Path pathOf(String group) {
    return directory.resolve(group + SUFFIX);
  }
}
