package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.Optional;

/**
 * How alive a node is believed to be; of two verdicts on one life and one defiance the later in
 * this order counts.
 */
public enum Standing {
  ALIVE(Gossips.Standing.ALIVE),
  SUSPECT(Gossips.Standing.SUSPECT),
  DEAD(Gossips.Standing.DEAD),
  /** It said so itself, and nothing is expected of that life any more. */
  LEFT(Gossips.Standing.LEFT);

  private final Gossips.Standing wire;

  Standing(Gossips.Standing wire) {
    this.wire = wire;
  }

  static Optional<Standing> of(Gossips.Standing said) {
    return switch (said) {
      case ALIVE -> Optional.of(ALIVE);
      case SUSPECT -> Optional.of(SUSPECT);
      case DEAD -> Optional.of(DEAD);
      case LEFT -> Optional.of(LEFT);
      case UNRECOGNIZED -> Optional.empty();
    };
  }

  /** By its number on the wire, of which there are four. */
  static Standing ofNumber(int number) {
    return switch (number & 3) {
      case 0 -> ALIVE;
      case 1 -> SUSPECT;
      case 2 -> DEAD;
      default -> LEFT;
    };
  }

  Gossips.Standing wire() {
    return wire;
  }

  int number() {
    return wire.getNumber();
  }

  /** Whether it is asked, told and counted on. */
  boolean isPresent() {
    return this == ALIVE || this == SUSPECT;
  }
}
