package io.corale.node.route;

import io.corale.model.OwnerId;
import io.corale.node.thread.Aside;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Keeps what is to be done aside until somebody wants it done. */
final class LaterAside implements Aside {
  private final List<Runnable> kept = new ArrayList<>();
  private int made;

  @Override
  public Executor readers(OwnerId owner) {
    return kept::add;
  }

  @Override
  public Executor makers(OwnerId owner, long bytes) {
    made++;
    return kept::add;
  }

  /** How much waits. */
  int waiting() {
    return kept.size();
  }

  /** Of how much a tree of objects was to be made. */
  int made() {
    return made;
  }

  /** Does all that waits. */
  void run() {
    List<Runnable> all = List.copyOf(kept);
    kept.clear();
    all.forEach(Runnable::run);
  }
}
