package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is held here of one writer, as it came: entries by slot, each with the version that the
 * writer gave it, and the newest of each lossy kind.
 *
 * <p>A deleted slot leaves a tombstone for an hour. Afterwards its version is below the floor: who
 * holds less than that may have missed a deletion which nobody remembers, so it is told the whole
 * shelf, and drops what is not on it.
 */
final class Shelf {
  /** Slots of a writer, the first one for its NodeRecord: as many cells as a node can host. */
  static final int MAX_SLOTS = 8_192;

  /** Of an entry or a lossy value: it has to fit into a datagram with its envelope. */
  static final int MAX_CONTENT_BYTES = 1_000;

  /** No node says so much in one life; it leaves room to say it again above that. */
  static final long MAX_VERSION = 1L << 60;

  static final long TOMBSTONE_MICROS = Micros.HOUR;

  private record Tombstone(long version, long since) {}

  private final Map<Integer, Gossips.Entry> entries = new LinkedHashMap<>(2);
  private final Map<Integer, Tombstone> tombstones = new LinkedHashMap<>(0);
  private final Coverage coverage = new Coverage();
  private Optional<Gossips.Latest> load = Optional.empty();
  private Optional<Gossips.Latest> coordinate = Optional.empty();
  private long loadHeardAt;
  private long floor;

  /** Throws where the entry breaks a bound, and names its field. */
  static void require(Gossips.Entry entry) {
    require(entry.getSlot() < MAX_SLOTS && entry.getSlot() >= 0, "slot", entry.getSlot());
    require(entry.getContent().size() <= MAX_CONTENT_BYTES, "content", entry.getContent().size());
    require(entry.getVersion() > entry.getReplaces(), "version", entry.getVersion());
    require(entry.getReplaces() >= 0, "replaces", entry.getReplaces());
    require(entry.getVersion() <= MAX_VERSION, "version", entry.getVersion());
  }

  /** Takes an entry; false where it is not newer than what is held of its slot. */
  boolean put(Gossips.Entry entry, long now) {
    require(entry);
    Gossips.Entry held = entries.get(entry.getSlot());
    long version = entry.getVersion();
    boolean isNews = held == null ? version > coverage.complete() : version > held.getVersion();
    if (isNews) {
      entries.put(entry.getSlot(), entry);
      tombstones.remove(entry.getSlot());
      if (entry.getDeleted()) {
        tombstones.put(entry.getSlot(), new Tombstone(version, now));
      }
    }
    coverage.cover(version);
    if (entry.getReplaces() > 0) {
      coverage.cover(entry.getReplaces());
    }
    return isNews;
  }

  private static void require(boolean isSo, String field, long value) {
    if (!isSo) {
      throw new IllegalArgumentException("entry." + field + " out of bounds: " + value);
    }
  }

  /** Takes a lossy value; false where it is not newer. */
  boolean put(Gossips.Latest latest, long now) {
    if (latest.getContent().size() > MAX_CONTENT_BYTES) {
      throw new IllegalArgumentException("latest.content has " + latest.getContent().size());
    }
    if (latest.getVersion() <= versionOf(latest.getKind())) {
      return false;
    }
    switch (latest.getKind()) {
      case LOAD -> {
        load = Optional.of(latest);
        loadHeardAt = now;
      }
      case COORDINATE -> coordinate = Optional.of(latest);
      case KIND_UNSPECIFIED, UNRECOGNIZED -> {
        return false; // A kind of builds to come; it is lossy, so nothing waits for it.
      }
    }
    return true;
  }

  long versionOf(Gossips.Latest.Kind kind) {
    return switch (kind) {
      case LOAD -> load.map(Gossips.Latest::getVersion).orElse(0L);
      case COORDINATE -> coordinate.map(Gossips.Latest::getVersion).orElse(0L);
      case KIND_UNSPECIFIED, UNRECOGNIZED -> Long.MAX_VALUE;
    };
  }

  /** Up to which version nothing is missing here. */
  long complete() {
    return coverage.complete();
  }

  Optional<Gossips.Entry> at(int slot) {
    return Optional.ofNullable(entries.get(slot));
  }

  Optional<Gossips.Latest> load() {
    return load;
  }

  long loadHeardAt() {
    return loadHeardAt;
  }

  Optional<Gossips.Latest> coordinate() {
    return coordinate;
  }

  /** All that is not deleted, by slot. */
  List<Gossips.Entry> living() {
    return entries.values().stream()
        .filter(entry -> !entry.getDeleted())
        .sorted(Comparator.comparingInt(Gossips.Entry::getSlot))
        .toList();
  }

  /** Forgets tombstones that all others have had time to hear of. */
  void collect(long now) {
    tombstones
        .entrySet()
        .removeIf(
            each -> {
              boolean isOld =
                  now - each.getValue().since() >= TOMBSTONE_MICROS
                      && each.getValue().version() <= coverage.complete();
              if (isOld) {
                floor = Math.max(floor, each.getValue().version());
                entries.remove(each.getKey());
              }
              return isOld;
            });
  }

  /**
   * What one lacks who holds all up to {@code from}.
   *
   * @param room bytes that it may take; a whole shelf is told wholly or not at all
   * @return empty where there is nothing to tell, or no room for it
   */
  Optional<Gossips.Delta> since(long from, long theirLoad, long theirCoordinate, int room) {
    Gossips.Delta.Builder delta = Gossips.Delta.newBuilder().setFrom(from);
    boolean isWhole = from < floor;
    int bytes = isWhole || from == 0 ? put(delta, at(0)) : 0;
    long upTo = coverage.complete();
    for (Gossips.Entry entry : after(isWhole ? 0 : from)) {
      boolean isIn = entry.getSlot() == 0 && delta.getEntriesCount() > 0;
      int more = isIn ? 0 : entry.getSerializedSize() + 4;
      if (bytes + more > room) {
        if (isWhole || delta.getEntriesCount() == 0) {
          return Optional.empty();
        }
        upTo = Math.min(upTo, entry.getVersion() - 1);
        break;
      }
      bytes += more;
      if (!isIn) {
        delta.addEntries(entry);
      }
    }
    load.filter(one -> one.getVersion() > theirLoad).ifPresent(delta::addLatest);
    coordinate.filter(one -> one.getVersion() > theirCoordinate).ifPresent(delta::addLatest);
    boolean isNews = upTo > from || delta.getEntriesCount() + delta.getLatestCount() > 0;
    return isNews ? Optional.of(delta.setUpTo(upTo).setIsWhole(isWhole).build()) : Optional.empty();
  }

  private static int put(Gossips.Delta.Builder delta, Optional<Gossips.Entry> entry) {
    entry.ifPresent(delta::addEntries);
    return entry.map(one -> one.getSerializedSize() + 4).orElse(0);
  }

  private List<Gossips.Entry> after(long version) {
    List<Gossips.Entry> after = new ArrayList<>();
    for (Gossips.Entry entry : entries.values()) {
      if (entry.getVersion() > version) {
        after.add(entry);
      }
    }
    after.sort(Comparator.comparingLong(Gossips.Entry::getVersion));
    return after;
  }

  /**
   * Nothing up to this version is missing any more: what was told had all from {@code from} on.
   *
   * @return the slots that a whole shelf did not have, and that are gone by that
   */
  List<Integer> told(Gossips.Delta delta) {
    List<Integer> gone = new ArrayList<>();
    if (delta.getFrom() > coverage.complete()) {
      return gone; // Of an answer that was overtaken; its entries were of use all the same.
    }
    if (delta.getIsWhole() && delta.getUpTo() > coverage.complete()) {
      List<Integer> kept = delta.getEntriesList().stream().map(Gossips.Entry::getSlot).toList();
      for (Gossips.Entry entry : List.copyOf(entries.values())) {
        if (entry.getVersion() <= delta.getUpTo() && !kept.contains(entry.getSlot())) {
          entries.remove(entry.getSlot());
          tombstones.remove(entry.getSlot());
          gone.add(entry.getSlot());
        }
      }
      floor = Math.max(floor, delta.getUpTo());
    }
    coverage.coverUpTo(delta.getUpTo());
    return gone;
  }
}
