package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;

/**
 * A claim as another node tells it in an answer.
 *
 * @param door {@code host:port} where who makes it takes requests; the hearer may never have heard
 *     of that node
 */
public record Told(ClaimView claim, String door) {
  /** Longer ones are no names of hosts. */
  public static final int MAX_DOOR_LENGTH = 261;

  public Told {
    if (!isDoor(door)) {
      throw new IllegalArgumentException(
          "told.door: expected 1 to %d characters, has %d"
              .formatted(MAX_DOOR_LENGTH, door.length()));
    }
  }

  /** Whether a node can be told of by this; one whose own is unset or far too long cannot. */
  public static boolean isDoor(String door) {
    return !door.isEmpty() && door.length() <= MAX_DOOR_LENGTH;
  }
}
