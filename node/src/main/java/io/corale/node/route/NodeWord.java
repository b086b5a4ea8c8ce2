package io.corale.node.route;

import io.corale.model.OwnerId;
import io.corale.wire.Door;
import java.time.Duration;

/** How a node speaks to another in its own name; believed only on a connection that proved it. */
final class NodeWord {
  /** The subject that nodes act under. */
  private static final String SUBJECT = "node";

  private NodeWord() {}

  static Door.Envelope.Builder envelope(Duration patience) {
    return Door.Envelope.newBuilder()
        .setCaller(SUBJECT)
        .setOperator(true)
        .setDeadlineMillis(patience.toMillis())
        // Whoever gets it answers or says that it cannot: the asker looks further by itself.
        .setHops(1);
  }

  static Door.Envelope.Builder envelope(OwnerId owner, Duration patience) {
    return envelope(patience).setOwner(owner.value());
  }
}
