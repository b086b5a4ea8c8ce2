package io.corale.scheduler;

import java.lang.reflect.Field;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What could stand in the place of the scheduler's splay trees, to be measured beside them: the
 * same queue, lanes and scopes on other structures.
 */
final class OtherTrees {
  private OtherTrees() {}

  /** The structures. */
  enum Structure {
    SPLAY_TREE,
    TREE_MAP,
    SKIP_LIST,
    PRIORITY_QUEUE;

    private <E> SplayTree<E> create() {
      return switch (this) {
        case SPLAY_TREE -> new SplayTree<>();
        case TREE_MAP -> new Sorted<>(TreeMap::new);
        case SKIP_LIST -> new Sorted<>(ConcurrentSkipListMap::new);
        case PRIORITY_QUEUE -> new Heap<>();
      };
    }
  }

  /** Puts a structure into the place of all trees of an empty queue. */
  static void put(Structure structure, ReadyQueue<?> queue) {
    try {
      Field scopes = ReadyQueue.class.getDeclaredField("scopes");
      scopes.setAccessible(true);
      for (Object scope : ((Map<?, ?>) scopes.get(queue)).values()) {
        for (Lane<?> lane : new Lane<?>[] {((Scope<?>) scope).main(), ((Scope<?>) scope).late()}) {
          for (String name : new String[] {"calls", "open"}) {
            Field tree = Lane.class.getDeclaredField(name);
            tree.setAccessible(true);
            tree.set(lane, structure.create());
          }
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the queue is not made as it was", e);
    }
  }

  private record Key(long key, long tie) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return key != other.key ? Long.compare(key, other.key) : Long.compare(tie, other.tie);
    }
  }

  /** On a sorted map of the JDK. */
  private static final class Sorted<E> extends SplayTree<E> {
    private final NavigableMap<Key, Handle<E>> map;

    Sorted(Supplier<NavigableMap<Key, Handle<E>>> maps) {
      this.map = maps.get();
    }

    @Override
    void insert(Handle<E> handle, long key, long tie) {
      handle.key = key;
      handle.tie = tie;
      handle.tree = this;
      map.put(new Key(key, tie), handle);
    }

    @Override
    @Nullable Handle<E> first() {
      Map.Entry<Key, Handle<E>> first = map.firstEntry();
      return first == null ? null : first.getValue();
    }

    @Override
    void remove(Handle<E> handle) {
      map.remove(new Key(handle.key, handle.tie));
      handle.tree = null;
    }

    @Override
    boolean isEmpty() {
      return map.isEmpty();
    }

    @Override
    int size() {
      return map.size();
    }
  }

  /**
   * On a binary heap, which cannot give up a value by its handle in less than a scan: what was
   * removed, or moved, stays until it comes up, and is passed over then.
   */
  private static final class Heap<E> extends SplayTree<E> {
    private final PriorityQueue<Place<E>> heap =
        new PriorityQueue<>(Comparator.comparingLong(Place<E>::key).thenComparingLong(Place::tie));
    private int size;

    private record Place<E>(Handle<E> handle, long key, long tie) {
      boolean isValid(SplayTree<E> tree) {
        return handle.tree == tree && handle.key == key && handle.tie == tie;
      }
    }

    @Override
    void insert(Handle<E> handle, long key, long tie) {
      handle.key = key;
      handle.tie = tie;
      handle.tree = this;
      heap.add(new Place<>(handle, key, tie));
      size++;
    }

    @Override
    @Nullable Handle<E> first() {
      Place<E> first = heap.peek();
      while (first != null && !first.isValid(this)) {
        heap.poll();
        first = heap.peek();
      }
      return first == null ? null : first.handle();
    }

    @Override
    void remove(Handle<E> handle) {
      handle.tree = null;
      size--;
    }

    @Override
    boolean isEmpty() {
      return size == 0;
    }

    @Override
    int size() {
      return size;
    }
  }
}
