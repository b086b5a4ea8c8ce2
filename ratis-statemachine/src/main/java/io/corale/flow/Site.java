package io.corale.flow;

import java.util.SortedSet;

/**
 * One task while it is read.
 *
 * @param where what messages call it
 * @param here the task as the holder of lists
 * @param around the list that it stands in
 */
record Site(Marked.Fields fields, String where, Scope here, Flow.Around around) {
  /** What its expressions may look at. */
  SortedSet<String> variables() {
    return here.variables();
  }

  Site with(Scope other) {
    return new Site(fields, where, other, around);
  }
}
