package io.corale.flow;

import java.util.List;
import java.util.Optional;

/**
 * One node of the tree that a composition is.
 *
 * @param id its number in the order of reading, from 1; what a branch remembers as its position
 * @param place JSON pointer, such as {@code /do/0/fetch}
 * @param position in its list, from 0
 * @param timeout after which it fails
 */
record Task(
    int id,
    String name,
    String place,
    int position,
    Filters filters,
    Optional<Timeout> timeout,
    Next then,
    Work work) {
  /** Whether this task, or one inside it, looks at this variable. */
  boolean mentions(String variable) {
    return filters.mentions(variable)
        || timeout.map(limit -> limit.after().mentions(variable)).orElse(false)
        || work.mentions(variable);
  }

  /** Whether it looks at this variable itself after a waiting point, so that it must be kept. */
  boolean mentionsLater(String variable) {
    return filters.mentionsAfterwards(variable) || work.mentionsLater(variable);
  }

  /** Whether its transformed input is still needed after a waiting point. */
  boolean keepsInput() {
    return work.keepsInput() || mentionsLater("input");
  }

  /** Whether this task, or one inside it, may end the whole invocation. */
  boolean mayEndAll() {
    return work.inner().stream().flatMap(tasks -> tasks.list().stream()).anyMatch(Task::mayEndAll)
        || then instanceof Next.End
        || work.exits().stream().anyMatch(Next.End.class::isInstance);
  }

  /**
   * Tasks that stand in one list.
   *
   * @param owner the id of the task that holds the list; 0 for the composition itself
   */
  record Tasks(int owner, List<Task> list) {
    Tasks {
      list = List.copyOf(list);
    }

    Task first() {
      return list.get(0);
    }
  }
}
