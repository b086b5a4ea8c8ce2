package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PagesTest {
  private static final int STEPS = 6_000;

  /** Which of the steps look at everything. */
  private static final int LOOKS = 500;

  /**
   * @param key some of which have the same hash
   */
  private record Named(Key key, int version) {}

  private record Key(int number) {
    @Override
    public int hashCode() {
      return number / 3;
    }
  }

  private int keysAsked;
  private final Pages<Key, Named> pages =
      new Pages<>(
          named -> {
            keysAsked++;
            return named.key();
          });

  /** What was frozen, and what it must be for ever. */
  private record Frozen(List<Named> taken, List<Named> expected) {
    void check() {
      assertThat(taken).containsExactlyElementsOf(expected);
    }
  }

  @Seeds(60)
  void behavesAsALinkedMapWhoseCopiesDoNotChange(long seed) {
    RandomGenerator chance = new Chance(seed).of("operations");
    int keys = 1 << (4 + chance.nextInt(9));
    Map<Key, Named> model = new LinkedHashMap<>();
    List<Frozen> frozen = new ArrayList<>();
    int removals = 5;

    for (int step = 0; step < STEPS; step++) {
      if (chance.nextInt(400) == 0) {
        removals = 1 + chance.nextInt(9);
      }
      Key key = new Key(chance.nextInt(keys));
      if (chance.nextInt(10) >= removals) {
        Named named = new Named(key, step);
        assertThat(pages.put(named)).isEqualTo(model.put(key, named));
      } else {
        assertThat(pages.remove(key)).isEqualTo(model.remove(key));
      }
      if (chance.nextInt(300) == 0) {
        frozen.add(new Frozen(pages.freeze(), List.copyOf(model.values())));
      }
      Key other = new Key(chance.nextInt(keys));
      assertThat(pages.get(other)).isEqualTo(model.get(other));
      assertThat(pages.has(other)).isEqualTo(model.containsKey(other));
      assertThat(pages.size()).isEqualTo(model.size());
      checkRoom();
      if (step % LOOKS == 0) {
        assertThat(pages.values()).containsExactlyElementsOf(model.values());
        frozen.forEach(Frozen::check);
      }
    }
    assertThat(pages.values()).containsExactlyElementsOf(model.values());
    frozen.forEach(Frozen::check);
    model.keySet().forEach(key -> assertThat(pages.get(key)).isEqualTo(model.get(key)));
  }

  /** Of so many there is one that stays for ever; the others go in the order of their coming. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 100, 128, 129, 255, 256, 257, 1_000})
  void staysSmallThoughSomeRecordsAreNeverRemoved(int oneOf) {
    int there = 2 * Page.PLACES;

    for (int i = 0; i < 40 * Page.PLACES; i++) {
      pages.put(named(i));
      int old = i - there;
      if (old >= 0 && old % oneOf != 0) {
        pages.remove(new Key(old));
      }
      checkRoom();
    }

    assertThat(pages.freeze()).isSortedAccordingTo((a, b) -> a.key().number() - b.key().number());
  }

  @Test
  void staysSmallWhicheverEndIsTakenFrom() {
    int count = 40 * Page.PLACES;
    IntStream.range(0, count).forEach(i -> pages.put(named(i)));

    for (int i = count - 1; i >= 0; i--) {
      if (i % Page.PLACES != 7) {
        pages.remove(new Key(i));
      }
      checkRoom();
    }

    assertThat(pages.size()).isEqualTo(40);
    assertThat(pages.room()).isEqualTo(Page.PLACES);
  }

  @Test
  void emptyPagesGo() {
    IntStream.range(0, 3 * Page.PLACES).forEach(i -> pages.put(named(i)));

    IntStream.range(Page.PLACES, 2 * Page.PLACES).forEach(i -> pages.remove(new Key(i)));

    assertThat(pages.room()).isEqualTo(2 * Page.PLACES);
  }

  @Test
  void isOnePageWhereAlwaysTheSameComesAndGoes() {
    for (int i = 0; i < 3 * Page.PLACES; i++) {
      pages.put(named(7));
      pages.put(named(8));
      assertThat(pages.room()).isEqualTo(Page.PLACES);
      pages.remove(new Key(8));
      pages.remove(new Key(7));
    }

    assertThat(pages.room()).isEqualTo(Page.PLACES);
    assertThat(pages.values()).isEmpty();
    assertThat(pages.freeze()).isEmpty();
  }

  /** Whoever removes as many as keep two pages just apart, and adds again, pays no more. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 127, 128, 129, 130, 255, 256})
  void eachAdditionPaysForTwoMovesAtMost(int swing) {
    IntStream.range(0, 2 * Page.PLACES).forEach(i -> pages.put(named(i)));
    IntStream.range(0, Page.PLACES).forEach(i -> pages.remove(new Key(2 * i)));
    int additions = 2 * Page.PLACES;

    for (int round = 0; round < 40 * Page.PLACES / swing; round++) {
      for (int i = 0; i < swing; i++) {
        pages.put(named(1_000_000 + i));
      }
      for (int i = 0; i < swing; i++) {
        pages.remove(new Key(1_000_000 + i));
      }
      additions += swing;
    }

    // An addition asks for one key, a move for another.
    assertThat(keysAsked).isLessThanOrEqualTo(3 * additions);
  }

  /** Rule 35: applying stands still for the pages that there are, not for their records. */
  @Test
  void freezingCopiesNothingAndAChangeOnePage() {
    IntStream.range(0, 8 * Page.PLACES).forEach(i -> pages.put(named(i)));

    Object[][] before = arrays();
    pages.put(new Named(new Key(3 * Page.PLACES + 7), 1));
    Object[][] after = arrays();

    assertThat(after.length).isEqualTo(before.length);
    for (int page = 0; page < before.length; page++) {
      if (page == 3) {
        assertThat(after[page]).isNotSameAs(before[page]);
      } else {
        assertThat(after[page]).isSameAs(before[page]);
      }
    }
  }

  private Object[][] arrays() {
    FrozenPages<?> frozen = (FrozenPages<?>) pages.freeze();
    return frozen.pages;
  }

  @Test
  void anImageTakesAllOfWhichThereMayBeManyAsPages() {
    Image image = TestCell.open(1).scheduler.image();

    assertThat(
            List.of(
                image.definitions(),
                image.estimates(),
                image.invocations(),
                image.branches(),
                image.calls(),
                image.slots(),
                image.schedules(),
                image.announced()))
        .hasOnlyElementsOfType(FrozenPages.class);
  }

  @Test
  void frozenIsAListAsAnyOther() {
    List<Named> expected = new ArrayList<>();
    for (int i = 0; i < 4 * Page.PLACES; i++) {
      pages.put(named(i));
    }
    for (int i = 0; i < 4 * Page.PLACES; i++) {
      if (i % 3 == 1) {
        pages.remove(new Key(i));
      } else {
        expected.add(named(i));
      }
    }

    List<Named> frozen = pages.freeze();

    assertThat(frozen).isEqualTo(expected).hasSameHashCodeAs(expected).hasSize(expected.size());
    assertThat(expected).isEqualTo(frozen);
    assertThat(IntStream.range(0, expected.size()).mapToObj(frozen::get)).isEqualTo(expected);
    assertThatThrownBy(() -> frozen.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> frozen.get(expected.size()))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> frozen.add(named(1)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> frozen.remove(0)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> frozen.set(0, named(1)))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void nobodyWalksOnOverWhatIsNoMoreAsItWas() {
    pages.put(named(1));
    pages.put(named(2));
    Iterator<Named> replaced = pages.values().iterator();
    pages.put(new Named(new Key(1), 1));
    assertThat(replaced.next()).isEqualTo(new Named(new Key(1), 1));

    pages.remove(new Key(1));

    assertThatThrownBy(replaced::hasNext).isInstanceOf(ConcurrentModificationException.class);
    assertThatThrownBy(replaced::next).isInstanceOf(ConcurrentModificationException.class);
    Iterator<Named> all = pages.values().iterator();
    all.next();
    assertThat(all.hasNext()).isFalse();
    assertThatThrownBy(all::next).isInstanceOf(NoSuchElementException.class);
  }

  /** Below four places for each record, and one page. */
  private void checkRoom() {
    assertThat(pages.room()).isLessThanOrEqualTo(4 * pages.size() + Page.PLACES);
  }

  private static Named named(int number) {
    return new Named(new Key(number), 0);
  }
}
