package io.corale.scheduler;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The scopes of one queue that time opens (rule 16): those that it has shut and in which calls
 * wait, by when they open, and those whose limits move by themselves.
 *
 * <p>A scope that is shut has left the trees of both lanes, so nothing looks at it until then, and
 * it is in nobody's way. An account without such limits has nothing here.
 */
final class Openings<T> {
  /** Later than any cell time. */
  static final long NEVER = Long.MAX_VALUE;

  private final SplayTree<Scope<T>> openings = new SplayTree<>();
  private final Set<Scope<T>> moving = new LinkedHashSet<>();

  /** Brings a scope's place up to date. */
  void place(Scope<T> scope) {
    SplayTree.Handle<Scope<T>> opening = scope.opening();
    long at = scope.opensNextMicros();
    if (at == NEVER ? !opening.isQueued() : opening.isAt(at, scope.ordinal())) {
      return;
    }
    if (opening.isQueued()) {
      openings.remove(opening);
    }
    if (at != NEVER) {
      openings.insert(opening, at, scope.ordinal());
    }
  }

  /** The limits of this scope change as time goes by. */
  void addMoving(Scope<T> scope) {
    moving.add(scope);
  }

  /** Opens what is to open by now; to be done before calls are started. */
  void begin(long nowMicros) {
    for (Scope<T> scope : moving) {
      scope.move(nowMicros);
    }
    SplayTree.Handle<Scope<T>> first = openings.first();
    for (int i = openings.size(); i > 0 && first != null && first.key() <= nowMicros; i--) {
      first.value().open(nowMicros);
      first = openings.first();
    }
  }

  /** When the next one opens; {@link #NEVER} where none is to. */
  long firstMicros() {
    SplayTree.Handle<Scope<T>> first = openings.first();
    return first == null ? NEVER : first.key();
  }

  /** How many are to open. */
  int size() {
    return openings.size();
  }
}
