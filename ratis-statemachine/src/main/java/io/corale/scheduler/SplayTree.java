package io.corale.scheduler;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An ordered set of values under keys of two longs, which finds its first value at once and gives
 * up any value by its handle.
 *
 * <p>A binary search tree that balances itself by use: D. Sleator and R. Tarjan, <i>Self-Adjusting
 * Binary Search Trees</i>, JACM 32(3), 1985. After an access the node is <i>splayed</i>: rotated to
 * the root in steps of two levels. A step looks at the node x, its parent p and its grandparent g.
 *
 * <pre>
 *        g            x               g                 x
 *       / \          / \             / \              /   \
 *      p   D   →    A   p           p   D     →      p     g
 *     / \              / \         / \              / \   / \
 *    x   C            B   g       A   x            A   B C   D
 *   / \                  / \         / \
 *  A   B                C   D       B   C
 *  zig-zig: rotate p first          zig-zag: rotate x twice
 * </pre>
 *
 * Rotating p first in a zig-zig is the whole trick: it halves the depth of everything on the path,
 * so that a long path, once walked, is never long again. Any sequence of m operations on n values
 * costs O((m + n) log n), whatever the keys; a single operation may cost O(n). Nothing here
 * recurses, so the depth costs no stack.
 *
 * <p>Two places do without a splay, and the bound stays. A new value is splayed only where its path
 * was long, above 2 log n: hanging on a leaf adds at most O(log n) to the potential of the paper's
 * proof, as much as a short path costs. And the first value has no left child, so its right child
 * takes its place: cutting it out lowers the potential, and the walk to the next first value
 * descends only over nodes that join the left spine; a node leaves the spine by being removed or by
 * a rotation, both paid for already.
 *
 * <p>The order is total and is the only state: two trees of equal contents behave alike whatever
 * their shapes (rule 35). Not for use by two threads.
 */
class SplayTree<E> {
  private @Nullable Handle<E> root;
  private @Nullable Handle<E> first;
  private int size;

  /** A value's place in a tree: in one tree at most, at one key; it may be used again after. */
  static final class Handle<E> {
    private final E value;
    long key;
    long tie;
    @Nullable SplayTree<E> tree;
    private @Nullable Handle<E> parent;
    private @Nullable Handle<E> left;
    private @Nullable Handle<E> right;

    Handle(E value) {
      this.value = value;
    }

    E value() {
      return value;
    }

    long key() {
      return key;
    }

    long tie() {
      return tie;
    }

    boolean isQueued() {
      return tree != null;
    }

    boolean isAt(long otherKey, long otherTie) {
      return tree != null && key == otherKey && tie == otherTie;
    }

    boolean isBefore(Handle<?> other) {
      return compare(key, tie, other) < 0;
    }
  }

  Handle<E> insert(long key, long tie, E value) {
    Handle<E> handle = new Handle<>(value);
    insert(handle, key, tie);
    return handle;
  }

  /** Throws when the handle is in a tree already, or the key is taken. */
  void insert(Handle<E> handle, long key, long tie) {
    if (handle.tree != null) {
      throw new IllegalStateException("the handle is in a tree already, at " + place(handle));
    }
    Handle<E> parent = null;
    boolean isLeft = false;
    int depth = 0;
    for (Handle<E> at = root; at != null; at = isLeft ? at.left : at.right) {
      int order = compare(key, tie, at);
      if (order == 0) {
        throw new IllegalArgumentException("two values at " + place(at));
      }
      isLeft = order < 0;
      parent = at;
      depth++;
    }
    handle.key = key;
    handle.tie = tie;
    handle.tree = this;
    handle.parent = parent;
    if (parent == null) {
      root = handle;
    } else if (isLeft) {
      parent.left = handle;
    } else {
      parent.right = handle;
    }
    if (first == null || handle.isBefore(first)) {
      first = handle;
    }
    size++;
    if (depth > longPath()) {
      splay(handle);
    }
  }

  /** The handle of the smallest key, which stays; null where the tree is empty. */
  @Nullable Handle<E> first() {
    return first;
  }

  /** Takes the smallest key out; null where the tree is empty. */
  @Nullable Handle<E> removeFirst() {
    Handle<E> handle = first;
    if (handle != null) {
      remove(handle);
    }
    return handle;
  }

  /** Throws when the handle is not in this tree: it was removed before, or is another's. */
  void remove(Handle<E> handle) {
    if (handle.tree != this) {
      throw new IllegalStateException("no value of this tree any more: " + place(handle));
    }
    if (handle == first) {
      cutFirst(handle);
    } else {
      splay(handle);
      join(handle.left, handle.right);
    }
    handle.tree = null;
    handle.parent = null;
    handle.left = null;
    handle.right = null;
    size--;
  }

  boolean holds(Handle<E> handle) {
    return handle.tree == this;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** Visits all values in order and changes nothing, the shape included. */
  void forEach(Consumer<? super E> visitor) {
    for (Handle<E> at = first; at != null; at = next(at)) {
      visitor.accept(at.value);
    }
  }

  /** The same, until the visitor has seen enough. */
  void forEachWhile(Predicate<? super E> visitor) {
    for (Handle<E> at = first; at != null && visitor.test(at.value); at = next(at)) {
      // The visitor does it all.
    }
  }

  /** The value before which there are so many; walks over those. */
  Optional<E> at(int number) {
    Handle<E> at = first;
    for (int i = 0; i < number && at != null; i++) {
      at = next(at);
    }
    return Optional.ofNullable(at).map(Handle::value);
  }

  /** Twice the depth of a perfectly balanced tree. */
  private int longPath() {
    return 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(size));
  }

  private void cutFirst(Handle<E> handle) {
    Handle<E> parent = handle.parent;
    Handle<E> right = handle.right;
    first = right != null ? leftmost(right) : parent;
    if (right != null) {
      right.parent = parent;
    }
    if (parent != null) {
      parent.left = right;
    } else {
      root = right;
    }
  }

  private void join(@Nullable Handle<E> low, @Nullable Handle<E> high) {
    if (high != null) {
      high.parent = null;
    }
    if (low == null) {
      root = high;
      return;
    }
    low.parent = null;
    Handle<E> last = low;
    for (Handle<E> at = low; at != null; at = at.right) {
      last = at;
    }
    splay(last);
    last.right = high;
    if (high != null) {
      high.parent = last;
    }
  }

  private void splay(Handle<E> handle) {
    for (Handle<E> parent = handle.parent; parent != null; parent = handle.parent) {
      Handle<E> grandparent = parent.parent;
      if (grandparent != null) {
        boolean isStraight = (grandparent.left == parent) == (parent.left == handle);
        rotate(isStraight ? parent : handle);
      }
      rotate(handle);
    }
    root = handle;
  }

  /** Moves a node above its parent. */
  private void rotate(Handle<E> handle) {
    Handle<E> parent = handle.parent;
    if (parent == null) {
      return;
    }
    Handle<E> top = parent.parent;
    Handle<E> inner;
    if (parent.left == handle) {
      inner = handle.right;
      parent.left = inner;
      handle.right = parent;
    } else {
      inner = handle.left;
      parent.right = inner;
      handle.left = parent;
    }
    if (inner != null) {
      inner.parent = parent;
    }
    parent.parent = handle;
    handle.parent = top;
    if (top != null) {
      if (top.left == parent) {
        top.left = handle;
      } else {
        top.right = handle;
      }
    }
  }

  private static <E> @Nullable Handle<E> next(Handle<E> handle) {
    if (handle.right != null) {
      return leftmost(handle.right);
    }
    Handle<E> at = handle;
    Handle<E> parent = at.parent;
    while (parent != null && parent.right == at) {
      at = parent;
      parent = at.parent;
    }
    return parent;
  }

  private static <E> Handle<E> leftmost(Handle<E> top) {
    Handle<E> found = top;
    for (Handle<E> at = top; at != null; at = at.left) {
      found = at;
    }
    return found;
  }

  private static int compare(long key, long tie, Handle<?> other) {
    return key != other.key ? Long.compare(key, other.key) : Long.compare(tie, other.tie);
  }

  private static String place(Handle<?> handle) {
    return "(" + handle.key + ", " + handle.tie + ")";
  }
}
