package io.corale.scheduler;

import io.corale.model.Incarnation;

/**
 * Who may send calls to providers: the node that took a cell over, in the Raft term in which it did
 * (rule 9).
 */
public record Executor(Incarnation node, long term) {
  @Override
  public String toString() {
    return node + "@" + term;
  }
}
