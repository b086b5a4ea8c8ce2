package io.corale.flow;

/** Where control goes when a task has ended: its {@code then}. */
sealed interface Next {
  /** To the next task of the list, or out of it after the last. */
  record Continue() implements Next {}

  /** Out of the list, ending the task that holds it. */
  record Exit() implements Next {}

  /** To the end of the invocation. */
  record End() implements Next {}

  /** To the task at this position of the same list. */
  record To(int position) implements Next {}
}
