package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is held here of one writer, as it came: entries by slot, each with the version that the
 * writer gave it, and the newest of each lossy kind.
 *
 * <p>A deleted slot leaves a tombstone for an hour. Afterwards its version is below the floor: who
 * holds less than that may have missed a deletion which nobody remembers, so it is told the whole
 * shelf, in ranges of slots, and drops what is not on it.
 *
 * <p>Nothing that others say is taken further than the entries that have come: a version counts as
 * complete only up to the greatest one that is held.
 */
final class Shelf {
  /** Slots of a writer, the first one for its NodeRecord: as many cells as a node can host. */
  static final int MAX_SLOTS = 8_192;

  /** Of the hash of contents, which all builds must compute alike, whatever slots they have. */
  private static final long PLACES = 8_192;

  /** Of an entry that this build says, or a lossy value: it fits into a datagram. */
  static final int MAX_CONTENT_BYTES = 1_000;

  /** Of an entry that is kept: builds to come may have more to say, over streams. */
  static final int MAX_KEPT_BYTES = 8 * 1_024;

  /** What an entry or a lossy value has besides its content, and room for what is not known yet. */
  static final int FIELDS_BYTES = 64;

  /** No node says so much in one life; it leaves room to say it again above that. */
  static final long MAX_VERSION = 1L << 60;

  static final long TOMBSTONE_MICROS = Micros.HOUR;

  private record Tombstone(long version, long since) {}

  private final Room room;
  private final Map<Integer, Gossips.Entry> entries = new LinkedHashMap<>(2);
  private final Map<Integer, Tombstone> tombstones = new LinkedHashMap<>(0);
  private final Coverage coverage = new Coverage();
  private final Lossy lossy;
  private long floor;

  /** The slots below have come of a whole shelf that is under way; 0 while none is. */
  private int begun;

  /** What all ranges of that one have in common. */
  private long begunUpTo;

  private int bytes;
  private boolean isHashed;
  private int contents;
  private long greatest;

  /**
   * What another one says it holds of a writer, and where a whole shelf of it goes on.
   *
   * @param parts versions of the parts of its load but for the first; empty: it knows no parts
   */
  record Held(
      long version, long load, long coordinate, int begun, Optional<Map<Integer, Long>> parts) {
    /** Of one that holds nothing of this writer. */
    static Held nothing(boolean knowsParts) {
      return new Held(0, 0, 0, 0, knowsParts ? Optional.of(Map.of()) : Optional.empty());
    }

    Held goingOn(int slot) {
      return new Held(version, load, coordinate, slot, parts);
    }

    long version(Topic topic) {
      return switch (topic.kind()) {
        case LOAD -> load;
        case COORDINATE -> coordinate;
        case LOAD_PART ->
            parts.map(held -> held.getOrDefault(topic.part(), 0L)).orElse(Long.MAX_VALUE);
        case KIND_UNSPECIFIED, UNRECOGNIZED -> Long.MAX_VALUE;
      };
    }
  }

  /**
   * @param room what the shelves of all writers share
   */
  Shelf(Room room) {
    this.room = room;
    this.lossy = new Lossy(room);
  }

  /** Throws where the entry breaks a bound, and names its field. */
  static void require(Gossips.Entry entry) {
    require(entry.getSlot() < MAX_SLOTS && entry.getSlot() >= 0, "slot", entry.getSlot());
    require(entry.getContent().size() <= MAX_KEPT_BYTES, "content", entry.getContent().size());
    requireSize("entry", entry.getSerializedSize(), MAX_KEPT_BYTES);
    require(entry.getVersion() > entry.getReplaces(), "version", entry.getVersion());
    require(entry.getReplaces() >= 0, "replaces", entry.getReplaces());
    require(entry.getVersion() <= MAX_VERSION, "version", entry.getVersion());
  }

  /** Whether it may be kept: what is no news may, and a writer's own record. */
  boolean hasRoomFor(Gossips.Entry entry) {
    Gossips.Entry held = entries.get(entry.getSlot());
    if (entry.getSlot() == 0 || !isNews(entry, held)) {
      return true;
    }
    int size = entry.getSerializedSize();
    return held == null
        ? room.isFor(size, bytes)
        : room.isForGrowth(size - held.getSerializedSize(), bytes);
  }

  private boolean isNews(Gossips.Entry entry, Gossips.@Nullable Entry held) {
    return held == null
        ? entry.getVersion() > coverage.complete()
        : entry.getVersion() > held.getVersion();
  }

  private void keep(Gossips.Entry entry) {
    remove(entry.getSlot());
    entries.put(entry.getSlot(), entry);
    bytes += entry.getSerializedSize();
    room.take(entry.getSerializedSize());
  }

  private void remove(int slot) {
    Gossips.Entry held = entries.remove(slot);
    if (held != null) {
      bytes -= held.getSerializedSize();
      room.free(held.getSerializedSize());
    }
  }

  /** Its writer is known no more. */
  void forget() {
    clear();
    lossy.clear();
  }

  private void clear() {
    List.copyOf(entries.keySet()).forEach(this::remove);
    tombstones.clear();
    isHashed = false;
  }

  /** Takes an entry; false where it is not newer than what is held of its slot. */
  boolean put(Gossips.Entry entry, long now) {
    require(entry);
    Gossips.Entry held = entries.get(entry.getSlot());
    long version = entry.getVersion();
    boolean isNews = isNews(entry, held);
    long before = coverage.complete();
    if (isNews) {
      keep(entry);
      tombstones.remove(entry.getSlot());
      if (entry.getDeleted()) {
        tombstones.put(entry.getSlot(), new Tombstone(version, now));
      }
    }
    coverage.cover(version);
    if (entry.getReplaces() > 0) {
      coverage.cover(entry.getReplaces());
    }
    isHashed &= !isNews && before == coverage.complete();
    return isNews;
  }

  private static void require(boolean isSo, String field, long value) {
    if (!isSo) {
      throw new IllegalArgumentException("entry." + field + " out of bounds: " + value);
    }
  }

  static void requireSize(String what, int bytes, int mostContent) {
    if (bytes > mostContent + FIELDS_BYTES) {
      throw new IllegalArgumentException(
          what + " has " + bytes + " bytes, expected at most " + (mostContent + FIELDS_BYTES));
    }
  }

  /** What of it only the newest counts of. */
  Lossy lossy() {
    return lossy;
  }

  /** Up to which version nothing is missing here. */
  long complete() {
    return coverage.complete();
  }

  /** Of the entries up to there: equal for who holds the same, whatever was said of it. */
  int contents() {
    look();
    return contents;
  }

  /** The greatest version that is held, maybe beyond a gap. */
  long greatest() {
    look();
    return greatest;
  }

  private void look() {
    if (!isHashed) {
      isHashed = true;
      greatest = 0;
      long sum = 0;
      for (Gossips.Entry entry : entries.values()) {
        greatest = Math.max(greatest, entry.getVersion());
        if (!entry.getDeleted() && entry.getVersion() <= complete()) {
          long place = Life.mix(entry.getVersion() * PLACES + entry.getSlot());
          sum += Life.mix(place + Life.hash(entry.getContent()));
        }
      }
      contents = (int) (sum ^ (sum >>> 32));
    }
  }

  /** Where a whole shelf that is under way goes on; 0 where none is. */
  int begun() {
    return begun;
  }

  /** What was said up to this version counts no more, whatever others believe it was. */
  void beginAbove(long version) {
    clear();
    coverage.coverUpTo(version);
    floor = version;
    isHashed = false;
  }

  Optional<Gossips.Entry> at(int slot) {
    return Optional.ofNullable(entries.get(slot));
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
    long last = greatest(); // That one shows up to where this shelf goes.
    tombstones
        .entrySet()
        .removeIf(
            each -> {
              boolean isOld =
                  now - each.getValue().since() >= TOMBSTONE_MICROS
                      && each.getValue().version() <= coverage.complete()
                      && each.getValue().version() < last;
              if (isOld) {
                floor = Math.max(floor, each.getValue().version());
                remove(each.getKey());
                isHashed = false;
              }
              return isOld;
            });
  }

  /**
   * What one lacks who holds this.
   *
   * @param room bytes that it may take
   * @return empty where there is nothing to tell, or no room for it
   */
  Optional<Gossips.Delta> since(Held theirs, int room) {
    Optional<Gossips.Delta.Builder> records =
        theirs.version < floor ? range(theirs, room) : missing(theirs, room);
    List<Gossips.Latest> latest = lossy.since(theirs);
    if (records.isEmpty() && latest.isEmpty()) {
      return Optional.empty();
    }
    Gossips.Delta.Builder delta =
        records.orElseGet(
            () -> Gossips.Delta.newBuilder().setFrom(theirs.version).setUpTo(theirs.version));
    int bytes = delta.buildPartial().getSerializedSize();
    for (Gossips.Latest one : latest) {
      bytes += one.getSerializedSize() + 4;
      if (bytes <= room) {
        delta.addLatest(one);
      }
    }
    boolean isEmpty = records.isEmpty() && delta.getLatestCount() == 0;
    return isEmpty ? Optional.empty() : Optional.of(delta.build());
  }

  /** So much of the whole shelf as there is room for, from where theirs goes on. */
  private Optional<Gossips.Delta.Builder> range(Held theirs, int room) {
    int from = Math.min(theirs.begun, MAX_SLOTS - 1);
    int to = MAX_SLOTS;
    int bytes = 0;
    Gossips.Delta.Builder delta =
        Gossips.Delta.newBuilder().setFrom(theirs.version).setIsWhole(true).setFromSlot(from);
    for (Gossips.Entry entry : sorted(Comparator.comparingInt(Gossips.Entry::getSlot))) {
      if (entry.getSlot() >= from) {
        bytes += entry.getSerializedSize() + 4;
        if (bytes > room) {
          to = entry.getSlot();
          break;
        }
        delta.addEntries(entry);
      }
    }
    return to == from
        ? Optional.empty()
        : Optional.of(delta.setToSlot(to).setUpTo(coverage.complete()));
  }

  /** What has come since, in the order of versions. */
  private Optional<Gossips.Delta.Builder> missing(Held theirs, int room) {
    Gossips.Delta.Builder delta = Gossips.Delta.newBuilder().setFrom(theirs.version);
    int bytes = theirs.version == 0 ? put(delta, at(0)) : 0;
    if (bytes > room) {
      return Optional.empty();
    }
    long upTo = coverage.complete();
    for (Gossips.Entry entry : sorted(Comparator.comparingLong(Gossips.Entry::getVersion))) {
      boolean isIn = entry.getSlot() == 0 && theirs.version == 0;
      if (entry.getVersion() <= theirs.version || isIn) {
        continue;
      }
      bytes += entry.getSerializedSize() + 4;
      if (bytes > room) {
        upTo = Math.min(upTo, entry.getVersion() - 1);
        break;
      }
      delta.addEntries(entry);
    }
    boolean isNews = delta.getEntriesCount() > 0 || (bytes <= room && upTo > theirs.version);
    return isNews ? Optional.of(delta.setUpTo(Math.max(upTo, theirs.version))) : Optional.empty();
  }

  private static int put(Gossips.Delta.Builder delta, Optional<Gossips.Entry> entry) {
    entry.ifPresent(delta::addEntries);
    return entry.map(one -> one.getSerializedSize() + 4).orElse(0);
  }

  private List<Gossips.Entry> sorted(Comparator<Gossips.Entry> order) {
    return entries.values().stream().sorted(order).toList();
  }

  /**
   * Nothing up to the version that it names is missing any more: what was told had all from {@code
   * from} on.
   *
   * @return the slots that a whole shelf did not have, and that are gone by that
   */
  List<Integer> told(Gossips.Delta delta) {
    if (delta.getFrom() > coverage.complete()) {
      return List.of(); // Of an answer that was overtaken; its entries were of use all the same.
    }
    if (!delta.getIsWhole()) {
      coverage.coverUpTo(Math.min(delta.getUpTo(), greatest()));
      isHashed = false;
      return List.of();
    }
    boolean begins =
        delta.getFromSlot() == 0
            && delta.getEntriesList().stream().anyMatch(entry -> entry.getSlot() == 0);
    boolean goesOn = begun > 0 && delta.getFromSlot() == begun;
    boolean isRange = delta.getToSlot() > delta.getFromSlot() && delta.getToSlot() <= MAX_SLOTS;
    return (begins || goesOn) && isRange ? range(delta, begins) : List.of();
  }

  private List<Integer> range(Gossips.Delta delta, boolean begins) {
    begunUpTo = begins ? delta.getUpTo() : Math.min(begunUpTo, delta.getUpTo());
    List<Integer> gone = delta.getUpTo() > coverage.complete() ? drop(delta) : List.of();
    isHashed = false;
    begun = delta.getToSlot() % MAX_SLOTS;
    if (begun == 0) {
      long upTo = Math.min(begunUpTo, greatest());
      floor = Math.max(floor, upTo);
      coverage.coverUpTo(upTo);
      isHashed = false;
    }
    return gone;
  }

  private List<Integer> drop(Gossips.Delta range) {
    Set<Integer> kept = new LinkedHashSet<>();
    range.getEntriesList().forEach(entry -> kept.add(entry.getSlot()));
    List<Integer> gone = new ArrayList<>();
    for (Gossips.Entry entry : List.copyOf(entries.values())) {
      int slot = entry.getSlot();
      boolean isIn = slot >= range.getFromSlot() && slot < range.getToSlot();
      if (isIn && entry.getVersion() <= range.getUpTo() && !kept.contains(slot)) {
        remove(slot);
        tombstones.remove(slot);
        gone.add(slot);
      }
    }
    return gone;
  }
}
