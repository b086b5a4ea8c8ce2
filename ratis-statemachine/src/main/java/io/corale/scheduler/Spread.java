package io.corale.scheduler;

import io.corale.model.Payload;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A list that is spread over the children of a branch (rule 20), and how far that has come.
 *
 * @param seed what each child remembers first
 * @param parallelism how many children may be open at any index of the log
 * @param sizeBytes what the list counts for; known beforehand, as it is asked for with each child
 * @param hasTexts whether some of it is too large for an entry; known beforehand, too
 * @param opened the number of items that have had their child
 * @param outputBytes of the children that have ended
 */
public record Spread(
    Payload seed,
    List<Payload> items,
    int parallelism,
    long sizeBytes,
    boolean hasTexts,
    int opened,
    long outputBytes) {
  private static final long ITEM_BYTES = 64;

  public Spread {
    items = List.copyOf(items);
  }

  /** A list of which no item has had its child. */
  public static Spread of(Payload seed, List<Payload> items, int parallelism) {
    long size = seed.sizeBytes();
    boolean hasTexts = !seed.fitsInline();
    for (Payload item : items) {
      size += ITEM_BYTES + item.sizeBytes();
      hasTexts |= !item.fitsInline();
    }
    return new Spread(seed, items, parallelism, size, hasTexts, 0, 0);
  }

  boolean hasMore() {
    return opened < items.size();
  }

  /** What the next child is to be interpreted with. */
  Signal.Item next() {
    return new Signal.Item(opened, items.get(opened));
  }

  /** This list, come so far. */
  public Spread at(int opened, long outputBytes) {
    return new Spread(seed, items, parallelism, sizeBytes, hasTexts, opened, outputBytes);
  }

  /** Names each payload that is too large for an entry. */
  void texts(Consumer<Payload> found) {
    if (hasTexts) {
      TextHolder.ifText(seed, found);
      items.forEach(item -> TextHolder.ifText(item, found));
    }
  }

  /** Whether it is the same list, come as far or further: nobody need look at it again. */
  @SuppressWarnings("ReferenceEquality")
  boolean isOf(Spread earlier) {
    return seed == earlier.seed && items == earlier.items;
  }

  Spread replacing(UnaryOperator<Payload> others) {
    List<Payload> replaced = items.stream().map(others).toList();
    return of(others.apply(seed), replaced, parallelism).at(opened, outputBytes);
  }

  Spread withOneOpened() {
    return at(opened + 1, outputBytes);
  }

  Spread withOutputOf(int bytes) {
    return at(opened, outputBytes + bytes);
  }
}
