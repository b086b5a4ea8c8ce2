package io.corale.gossip;

import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest lossy value of each kind that is held of one writer, as it came. */
final class Lossy {
  private final Room room;
  private final Map<Topic, Value> newest = new LinkedHashMap<>(2);

  Lossy(Room room) {
    this.room = room;
  }

  private static final class Value {
    private final Gossips.Latest latest;
    private final long heardAt;

    private boolean isRead;

    /** Nothing until it is read, and where it cannot be. */
    private Optional<Gossips.Load> load = Optional.empty();

    Value(Gossips.Latest latest, long heardAt) {
      this.latest = latest;
      this.heardAt = heardAt;
    }

    Gossips.Latest latest() {
      return latest;
    }

    long heardAt() {
      return heardAt;
    }

    Optional<Gossips.Load> load() {
      if (!isRead) {
        isRead = true;
        load = parsed(latest);
      }
      return load;
    }
  }

  private static Optional<Gossips.Load> parsed(Gossips.Latest latest) {
    try {
      return Optional.of(Gossips.Load.parseFrom(latest.getContent()));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /** Takes a lossy value; false where it is not newer, or of a kind of builds to come. */
  boolean put(Gossips.Latest latest, long now) {
    require(latest);
    Topic topic = Topic.of(latest);
    if (!topic.isKnown() || latest.getVersion() <= version(topic)) {
      return false; // It is lossy, so nothing waits for it.
    }
    free(newest.put(topic, new Value(latest, now)));
    room.take(latest.getSerializedSize());
    return true;
  }

  /** Whether it may be kept; of what each writer has one of it always is. */
  boolean hasRoomFor(Gossips.Latest latest) {
    Topic topic = Topic.of(latest);
    Value held = newest.get(topic);
    int size = latest.getSerializedSize();
    if (topic.part() == 0 || latest.getVersion() <= version(topic)) {
      return true;
    }
    return held == null
        ? room.isFor(size, 0)
        : room.isForGrowth(size - held.latest().getSerializedSize(), 0);
  }

  void clear() {
    newest.values().forEach(this::free);
    newest.clear();
  }

  private void free(@Nullable Value held) {
    if (held != null) {
      room.free(held.latest().getSerializedSize());
    }
  }

  private static void require(Gossips.Latest latest) {
    if (latest.getContent().size() > Shelf.MAX_CONTENT_BYTES) {
      throw new IllegalArgumentException("latest.content has " + latest.getContent().size());
    }
    Shelf.requireSize("latest", latest.getSerializedSize(), Shelf.MAX_CONTENT_BYTES);
    if (latest.getVersion() > Shelf.MAX_VERSION) {
      throw new IllegalArgumentException("latest.version is " + latest.getVersion());
    }
    boolean isPart = latest.getKind() == Gossips.Latest.Kind.LOAD_PART;
    if (isPart && (latest.getPart() < 1 || latest.getPart() >= LoadForm.PARTS)) {
      throw new IllegalArgumentException(
          "latest.part is " + latest.getPart() + ", expected 1 to " + (LoadForm.PARTS - 1));
    }
  }

  /** 0 where nothing is held of it. */
  long version(Topic topic) {
    Value value = newest.get(topic);
    return value == null ? 0 : value.latest().getVersion();
  }

  Optional<Gossips.Latest> at(Topic topic) {
    return Optional.ofNullable(newest.get(topic)).map(Value::latest);
  }

  /** The load of this topic, read once however often it is asked for. */
  Optional<Gossips.Load> load(Topic topic) {
    Value value = newest.get(topic);
    return value == null ? Optional.empty() : value.load();
  }

  /** When that came, by the clock of this node. */
  Optional<Long> heardAt(Topic topic) {
    return Optional.ofNullable(newest.get(topic)).map(Value::heardAt);
  }

  /** The parts that are held, but for the first one, with their versions. */
  Map<Integer, Long> parts() {
    Map<Integer, Long> parts = new LinkedHashMap<>(0);
    newest.forEach(
        (topic, value) -> {
          if (topic.part() > 0) {
            parts.put(topic.part(), value.latest().getVersion());
          }
        });
    return parts;
  }

  /** Equal for who holds the same of them, whatever the order in which they came; 0 of none. */
  long sumOfParts() {
    long sum = 0;
    for (Map.Entry<Integer, Long> each : parts().entrySet()) {
      sum += Life.mix(each.getValue() + Life.mix(each.getKey()));
    }
    return sum;
  }

  /** What one lacks who holds that. */
  List<Gossips.Latest> since(Shelf.Held theirs) {
    List<Gossips.Latest> lacking = new ArrayList<>();
    newest.forEach(
        (topic, value) -> {
          if (value.latest().getVersion() > theirs.version(topic)) {
            lacking.add(value.latest());
          }
        });
    return lacking;
  }
}
