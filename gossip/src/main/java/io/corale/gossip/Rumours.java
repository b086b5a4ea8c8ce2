package io.corale.gossip;

import com.google.protobuf.MessageLite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is still to be told, each a limited number of times: the least told first, of those the
 * freshest. A newer word on the same subject takes the place of an older one.
 *
 * @param <K> names a subject
 * @param <M> what is said of it
 */
final class Rumours<K, M extends MessageLite> {
  /** News that do not fit are passed over, but not without end. */
  private static final int LOOKED_AT = 64;

  /** Tag and length of a field. */
  static final int FIELD_BYTES = 3;

  private final int most;
  private final int mostBytes;
  private final List<Deque<Rumour<K, M>>> byTold = new ArrayList<>();
  private final Map<K, Rumour<K, M>> bySubject = new LinkedHashMap<>();

  /** In all queues together, with those that are overtaken. */
  private int queued;

  private long givenUp;

  private static final class Rumour<K, M> {
    final K subject;
    final M word;
    int told;

    Rumour(K subject, M word) {
      this.subject = subject;
      this.word = word;
    }
  }

  /**
   * @param most rumours at a time; beyond that the one that is known longest is not told any more
   * @param mostBytes that there may ever be room for; a word of more is not told at all
   */
  Rumours(int most, int mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** Begins to tell this, and nothing else on its subject. */
  void spread(K subject, M word) {
    bySubject.remove(subject); // What is in the queues of it is passed over, and dropped then.
    if (bytes(word) > mostBytes) {
      givenUp++;
      return;
    }
    Rumour<K, M> rumour = new Rumour<>(subject, word);
    bySubject.put(subject, rumour);
    queue(0).addFirst(rumour);
    queued++;
    if (bySubject.size() > most) {
      bySubject.remove(bySubject.keySet().iterator().next());
      givenUp++;
    }
    if (queued > 2 * most) {
      // Queues behind a full one are not looked at, and what is overtaken there would stay.
      byTold.forEach(queue -> queue.removeIf(old -> bySubject.get(old.subject) != old));
      queued = byTold.stream().mapToInt(Deque::size).sum();
    }
  }

  private static int bytes(MessageLite word) {
    return word.getSerializedSize() + FIELD_BYTES;
  }

  /** How many were not told as often as they should, since there are too many or they are large. */
  long givenUp() {
    return givenUp;
  }

  int queued() {
    return queued;
  }

  /** Nothing is to be said of this any more. */
  void hush(K subject) {
    bySubject.remove(subject);
  }

  boolean isEmpty() {
    return bySubject.isEmpty();
  }

  int size() {
    return bySubject.size();
  }

  /**
   * Tells what fits into these bytes.
   *
   * @param times how often each is told in all
   * @return the bytes that it took
   */
  int tell(int room, int times, Consumer<M> listener) {
    if (bySubject.isEmpty()) {
      byTold.forEach(Deque::clear);
      queued = 0;
      return 0;
    }
    int left = room;
    List<Rumour<K, M>> told = new ArrayList<>();
    for (Deque<Rumour<K, M>> queue : byTold) {
      int looks = LOOKED_AT;
      for (Iterator<Rumour<K, M>> each = queue.iterator(); each.hasNext() && looks > 0; ) {
        Rumour<K, M> rumour = each.next();
        if (bySubject.get(rumour.subject) != rumour) {
          each.remove();
          queued--;
          continue;
        }
        int bytes = bytes(rumour.word);
        if (bytes > left) {
          looks--;
          continue;
        }
        each.remove();
        queued--;
        left -= bytes;
        listener.accept(rumour.word);
        told.add(rumour);
      }
    }
    told.forEach(rumour -> again(rumour, times));
    return room - left;
  }

  private void again(Rumour<K, M> rumour, int times) {
    rumour.told++;
    if (rumour.told >= times) {
      bySubject.remove(rumour.subject);
    } else {
      queue(rumour.told).addLast(rumour);
      queued++;
    }
  }

  private Deque<Rumour<K, M>> queue(int told) {
    while (byTold.size() <= told) {
      byTold.add(new ArrayDeque<>());
    }
    return byTold.get(told);
  }
}
