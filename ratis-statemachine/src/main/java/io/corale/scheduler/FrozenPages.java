package io.corale.scheduler;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What records were at a moment, as an immutable list: arrays of {@link Page}s with holes, which
 * nobody writes to any more.
 *
 * <p>Safe to hand to another thread in whatever way: everything was written before the constructor
 * ended, and final fields lead to all of it (JLS 17.5). Made to be walked over; a single record is
 * found by its page and then by counting.
 */
final class FrozenPages<V> extends AbstractList<V> {
  final @Nullable V[][] pages;

  /** How many records there are up to the end of each page. */
  private final int[] ends;

  private FrozenPages(@Nullable V[][] pages, int[] ends) {
    this.pages = pages;
    this.ends = ends;
  }

  /** Takes one page after the other. */
  static final class Builder<V> {
    private final @Nullable V[][] pages;
    private final int[] ends;
    private int added;
    private int size;

    Builder(int pages) {
      this.pages = arrays(pages);
      this.ends = new int[pages];
    }

    @SuppressWarnings("unchecked")
    private static <V> @Nullable V[][] arrays(int count) {
      return (V[][]) new Object[count][];
    }

    /** A page with so many records, which stays as it is. */
    void add(@Nullable V[] page, int records) {
      size += records;
      pages[added] = page;
      ends[added++] = size;
    }

    FrozenPages<V> build() {
      return new FrozenPages<>(pages, ends);
    }
  }

  @Override
  public int size() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  @Override
  public V get(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(index);
    }
    int end = Arrays.binarySearch(ends, index);
    Walk walk = new Walk(end < 0 ? -end - 1 : end + 1);
    while (walk.passed < index) {
      walk.next();
    }
    return walk.next();
  }

  @Override
  public Iterator<V> iterator() {
    return new Walk(0);
  }

  private final class Walk implements Iterator<V> {
    private int page;
    private int at;
    private int passed;

    Walk(int page) {
      this.page = page;
      this.passed = page == 0 ? 0 : ends[page - 1];
    }

    @Override
    public boolean hasNext() {
      return passed < size();
    }

    @Override
    public V next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      V value = step();
      while (value == null) {
        value = step();
      }
      passed++;
      return value;
    }

    private @Nullable V step() {
      if (at == Page.PLACES) {
        page++;
        at = 0;
      }
      return pages[page][at++];
    }
  }
}
