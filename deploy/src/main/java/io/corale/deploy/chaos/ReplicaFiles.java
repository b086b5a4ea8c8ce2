package io.corale.deploy.chaos;

import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One replica of a cell as an operator finds it on a node's disk.
 *
 * @param data the node's data directory
 */
record ReplicaFiles(Path data, String group) {
  private static final int HEADER_BYTES = 8;
  private static final Pattern SNAPSHOT = Pattern.compile("snapshot\\.[0-9]+_([0-9]+)");
  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?([0-9]+).*");

  /** Of this member's replica. */
  static ReplicaFiles of(FaultStage stage, Door.CellReport cell, Door.Member member) {
    Path data = stage.cluster().directory().resolve(member.getNode());
    return new ReplicaFiles(data, cell.getGroup());
  }

  /** The digest of each snapshot, by its index. */
  SortedMap<Long, String> digests() throws IOException {
    SortedMap<Long, String> all = new TreeMap<>();
    for (Path snapshot : snapshots()) {
      Path digest = snapshot.resolveSibling(snapshot.getFileName() + ".md5");
      if (Files.exists(digest)) {
        all.put(index(snapshot), Files.readString(digest).split(" ", 2)[0]);
      }
    }
    return all;
  }

  /** The index of the first entry that its log still has; empty without a log. */
  OptionalLong logBegin() throws IOException {
    try (Stream<Path> files = Files.list(directory().resolve("current"))) {
      return files
          .map(file -> SEGMENT.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(segment -> Long.parseLong(segment.group(1)))
          .min();
    }
  }

  /** Flips a bit in the middle of the newest snapshots, so many of them. */
  void flip(int newest) throws IOException {
    for (Path snapshot : newest(newest)) {
      byte[] bytes = Files.readAllBytes(snapshot);
      bytes[bytes.length / 2] ^= 1;
      Files.write(snapshot, bytes);
    }
  }

  /** Cuts the newest snapshot in the middle. */
  void truncate() throws IOException {
    for (Path snapshot : newest(1)) {
      byte[] bytes = Files.readAllBytes(snapshot);
      Files.write(snapshot, Arrays.copyOf(bytes, bytes.length / 2));
    }
  }

  /** Moves all away that the node has; to where. */
  Path loseDisk() throws IOException {
    return Files.move(data, aside("disk"));
  }

  /** Gives the node what was moved away. */
  void putBack(Path lost) throws IOException {
    Files.move(lost, data);
  }

  private Path aside(String what) {
    Path aside = data.resolveSibling(data.getFileName() + "-" + what + "-lost");
    for (int more = 2; Files.exists(aside); more++) {
      aside = data.resolveSibling(data.getFileName() + "-" + what + "-lost-" + more);
    }
    return aside;
  }

  /**
   * Cuts its open log between two entries, in the first half of it: nothing but what the node
   * remembers elsewhere tells that there was more.
   */
  void truncateLog(Random chance) throws IOException {
    Path log = openLog();
    byte[] bytes = Files.readAllBytes(log);
    List<Integer> ends = ends(bytes);
    Files.write(log, Arrays.copyOf(bytes, ends.get(chance.nextInt(ends.size() / 2 + 1))));
  }

  /** Has the last entry of its open log half written, with zeros behind. */
  void tearLog(Random chance) throws IOException {
    Path log = openLog();
    byte[] bytes = Files.readAllBytes(log);
    List<Integer> ends = ends(bytes);
    int last = ends.get(ends.size() - 2);
    int size = ends.get(ends.size() - 1) - last;
    byte[] torn;
    do {
      torn = bytes.clone();
      Arrays.fill(torn, last + 1 + chance.nextInt(size - 1), torn.length, (byte) 0);
    } while (Arrays.equals(torn, bytes)); // It may be that there were zeros.
    Files.write(log, torn);
  }

  /** Flips a bit of an entry in its open log. */
  void flipLog(Random chance) throws IOException {
    Path log = openLog();
    byte[] bytes = Files.readAllBytes(log);
    List<Integer> ends = ends(bytes);
    int end = ends.get(ends.size() - 1);
    bytes[HEADER_BYTES + chance.nextInt(end - HEADER_BYTES)] ^= (byte) (1 << chance.nextInt(8));
    Files.write(log, bytes);
  }

  private Path openLog() throws IOException {
    try (Stream<Path> files = Files.list(directory().resolve("current"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("log_inprogress_"))
          .findFirst()
          .orElseThrow(() -> new IOException("no open log in " + directory()));
    }
  }

  /** Where the header and each entry end: an entry is its size as a varint, itself, and a CRC. */
  private static List<Integer> ends(byte[] log) {
    List<Integer> ends = new ArrayList<>(List.of(HEADER_BYTES));
    int at = HEADER_BYTES;
    while (at < log.length && log[at] != 0) {
      int size = 0;
      int shift = 0;
      do {
        size |= (log[at] & 0x7F) << shift;
        shift += 7;
      } while (log[at++] < 0);
      at += size + Integer.BYTES;
      ends.add(at);
    }
    return ends;
  }

  private Path directory() {
    return data.resolve("raft").resolve("groups").resolve(group);
  }

  private List<Path> newest(int count) throws IOException {
    return snapshots().stream().limit(count).toList();
  }

  /** The newest first. */
  private List<Path> snapshots() throws IOException {
    Path snapshots = directory().resolve("sm");
    if (!Files.isDirectory(snapshots)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(snapshots)) {
      return files
          .filter(file -> SNAPSHOT.matcher(file.getFileName().toString()).matches())
          .sorted((one, other) -> Long.compare(index(other), index(one)))
          .toList();
    }
  }

  private static long index(Path snapshot) {
    String name = snapshot.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('_') + 1));
  }
}
