package io.corale.node.outward.http;

import io.corale.model.Outcome;

/** What replies mean to an attempt. Called on any thread, one reply after the other. */
public interface Answers {
  /** What follows from a reply. */
  sealed interface Next {
    /** The attempt has come to its end. */
    record Ended(Outcome outcome) implements Next {}

    /** Another message is to be sent. */
    record Elsewhere(Message message) implements Next {}
  }

  /**
   * What this reply means.
   *
   * @param sent what it answers
   * @param messages how many the attempt has sent
   */
  Next read(Reply reply, Message sent, int messages);
}
