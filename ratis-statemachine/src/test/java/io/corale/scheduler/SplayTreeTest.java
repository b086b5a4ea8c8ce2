package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SplayTreeTest {
  private static final int MILLION = 1_000_000;

  private record Key(long key, long tie) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return Comparator.comparingLong(Key::key).thenComparingLong(Key::tie).compare(this, other);
    }
  }

  @Seeds(50)
  void behavesAsASortedMap(long seed) {
    RandomGenerator chance = new Chance(seed).of("operations");
    int spread = 1 + chance.nextInt(200);
    TreeMap<Key, SplayTree.Handle<Key>> model = new TreeMap<>();
    SplayTree<Key> tree = new SplayTree<>();

    for (int step = 0; step < 2_000; step++) {
      Key key = new Key(chance.nextLong(-spread, spread), chance.nextLong(3));
      switch (chance.nextInt(5)) {
        case 0, 1 -> {
          if (model.containsKey(key)) {
            assertThatThrownBy(() -> tree.insert(key.key(), key.tie(), key))
                .isInstanceOf(IllegalArgumentException.class);
          } else {
            model.put(key, tree.insert(key.key(), key.tie(), key));
          }
        }
        case 2 -> {
          SplayTree.Handle<Key> handle = model.remove(key);
          if (handle != null) {
            tree.remove(handle);
          }
        }
        case 3 -> {
          SplayTree.Handle<Key> first = tree.removeFirst();
          var expected = model.pollFirstEntry();
          assertThat(first).isSameAs(expected == null ? null : expected.getValue());
        }
        default -> assertThat(values(tree)).containsExactlyElementsOf(model.keySet());
      }
      assertThat(tree.size()).isEqualTo(model.size());
      assertThat(tree.isEmpty()).isEqualTo(model.isEmpty());
      assertThat(tree.first()).isSameAs(model.isEmpty() ? null : model.firstEntry().getValue());
    }
    assertThat(values(tree)).containsExactlyElementsOf(model.keySet());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void takesAMillionSortedKeysWithoutDeepStackOrSquareCost(int direction) {
    SplayTree<Integer> tree = new SplayTree<>();
    List<SplayTree.Handle<Integer>> handles = new ArrayList<>(MILLION);

    for (int i = 0; i < MILLION; i++) {
      handles.add(tree.insert((long) direction * i, 0, i));
    }

    int[] visited = {0};
    tree.forEach(value -> visited[0]++);
    assertThat(visited[0]).isEqualTo(MILLION);
    for (int i = 0; i < MILLION; i += 2) {
      tree.remove(handles.get(i));
    }
    for (int i = 1; i < MILLION; i += 2) {
      int expected = direction > 0 ? i : MILLION - i;
      SplayTree.Handle<Integer> first = tree.removeFirst();
      assertThat(first == null ? -1 : first.value().intValue()).isEqualTo(expected);
    }
    assertThat(tree.isEmpty()).isTrue();
  }

  @Test
  void refusesAHandleThatWasRemoved() {
    SplayTree<String> tree = new SplayTree<>();
    SplayTree.Handle<String> gone = tree.insert(1, 0, "gone");
    tree.insert(2, 0, "stays");

    tree.remove(gone);

    assertThat(gone.isQueued()).isFalse();
    assertThatThrownBy(() -> tree.remove(gone)).isInstanceOf(IllegalStateException.class);
    assertThat(tree.size()).isEqualTo(1);
  }

  @Test
  void refusesAHandleOfAnotherTree() {
    SplayTree<String> tree = new SplayTree<>();
    SplayTree.Handle<String> foreign = new SplayTree<String>().insert(1, 0, "foreign");

    assertThatThrownBy(() -> tree.remove(foreign)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> tree.insert(foreign, 2, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void takesARemovedHandleAgainAtAnotherKey() {
    SplayTree<String> tree = new SplayTree<>();
    tree.insert(5, 0, "five");
    SplayTree.Handle<String> moved = tree.insert(1, 0, "moved");

    tree.remove(moved);
    tree.insert(moved, 9, 0);

    assertThat(values(tree)).containsExactly("five", "moved");
  }

  @Test
  void ordersTheWholeRangeOfLongs() {
    SplayTree<String> tree = new SplayTree<>();
    tree.insert(Long.MAX_VALUE, Long.MIN_VALUE, "d");
    tree.insert(Long.MIN_VALUE, Long.MAX_VALUE, "b");
    tree.insert(0, 0, "c");
    tree.insert(Long.MIN_VALUE, Long.MIN_VALUE, "a");
    tree.insert(Long.MAX_VALUE, Long.MAX_VALUE, "e");

    assertThat(values(tree)).containsExactly("a", "b", "c", "d", "e");
  }

  private static <E> List<E> values(SplayTree<E> tree) {
    List<E> values = new ArrayList<>();
    tree.forEach(values::add);
    return values;
  }
}
