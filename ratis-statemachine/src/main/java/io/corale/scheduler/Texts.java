package io.corale.scheduler;

import com.google.protobuf.ByteString;
import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cell's table of texts: which payloads its records hold that are too large for an entry, each in
 * memory once, and how often (rule 33). It is no state of its own; the records say all of it.
 *
 * <p>Keeps nothing in the logs of older formats, which know no texts.
 */
final class Texts {
  /** A text, and how many places of records hold it. */
  private static final class Held {
    private final Payload text;
    private int places;
    private int placesInHistory;

    Held(Payload text) {
      this.text = text;
    }

    /** What goes if all that is merely readable goes. */
    private long sparableBytes() {
      return places == placesInHistory ? text.sizeBytes() : 0;
    }
  }

  private final Map<ByteString, Held> held = new LinkedHashMap<>();
  private final Consumer<Payload> hold = this::hold;
  private final Consumer<Payload> release = this::release;
  private boolean isKept;
  private long sizeBytes;
  private long historyBytes;
  private long sparedBytes;

  /** From now on records may hold texts. */
  void keep() {
    isKept = true;
  }

  /** Whether they may. */
  boolean areKept() {
    return isKept;
  }

  /** An ended invocation is merely readable from now on. */
  void becomesHistory(Invocation ended) {
    if (isKept) {
      ended.texts(text -> inHistory(text, 1));
    }
  }

  /** One of those goes; its texts are to be released then. */
  void leavesHistory(Invocation ended) {
    if (isKept) {
      ended.texts(text -> inHistory(text, -1));
    }
  }

  private void inHistory(Payload text, int places) {
    Held known = known(text);
    historyBytes -= known.sparableBytes();
    known.placesInHistory += places;
    historyBytes += known.sparableBytes();
  }

  /** A record takes the place of another one, begins, or goes. */
  void changed(@Nullable TextHolder before, @Nullable TextHolder after) {
    if (!isKept) {
      return;
    }
    if (after != null) {
      after.texts(hold);
    }
    if (before != null) {
      before.texts(release);
    }
  }

  private void hold(Payload text) {
    Held known = held.computeIfAbsent(text.reference().sha256(), sha256 -> new Held(text));
    if (known.places == 0) {
      sizeBytes += text.sizeBytes();
    }
    long before = known.places == 0 ? 0 : known.sparableBytes();
    known.places++;
    historyBytes += known.sparableBytes() - before;
    sparedBytes += spared(text);
  }

  private void release(Payload text) {
    Held known = known(text);
    long before = known.sparableBytes();
    known.places--;
    historyBytes += (known.places == 0 ? 0 : known.sparableBytes()) - before;
    sparedBytes -= spared(text);
    if (known.places == 0) {
      held.remove(text.reference().sha256());
      sizeBytes -= text.sizeBytes();
    }
  }

  private Held known(Payload text) {
    Held known = held.get(text.reference().sha256());
    if (known == null) {
      throw new IllegalStateException(text.reference() + " was held by nobody");
    }
    return known;
  }

  /** What a record does not weigh, as a text weighs here, and once. */
  static long spared(Payload text) {
    return text.fitsInline() ? 0 : text.sizeBytes() - text.standingBytes();
  }

  /** The one of this reference, where a record holds it. */
  Optional<Payload> find(Payload.Reference reference) {
    return Optional.ofNullable(held.get(reference.sha256()))
        .map(known -> known.text)
        .filter(text -> text.reference().equals(reference));
  }

  /** What all of them take. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** What those take that only readable invocations hold. */
  long historyBytes() {
    return historyBytes;
  }

  /** What records do not weigh because of them. */
  long sparedBytes() {
    return sparedBytes;
  }

  /** Whether this is exactly what these records hold. */
  List<String> broken(Records records) {
    Texts counted = new Texts();
    if (isKept) {
      counted.keep();
      records.countTexts(counted);
    }
    List<String> broken = new ArrayList<>();
    if (counted.sizeBytes != sizeBytes || counted.sparedBytes != sparedBytes) {
      broken.add(
          "texts of %d bytes, which spare %d; counted were %d and %d"
              .formatted(counted.sizeBytes, counted.sparedBytes, sizeBytes, sparedBytes));
    }
    if (counted.historyBytes != historyBytes) {
      broken.add(counted.historyBytes + " bytes are of history only, counted were " + historyBytes);
    }
    counted.held.forEach((sha256, known) -> broken.addAll(misheld(sha256, known.places)));
    if (counted.held.size() != held.size()) {
      broken.add(counted.held.size() + " texts are held, kept are " + held.size());
    }
    return broken;
  }

  private List<String> misheld(ByteString sha256, int places) {
    Held known = held.get(sha256);
    return known != null && known.places == places
        ? List.of()
        : List.of(
            "a text has " + places + " places, counted were " + (known == null ? 0 : known.places));
  }
}
