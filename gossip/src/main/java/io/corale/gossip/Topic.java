package io.corale.gossip;

import io.corale.wire.Gossips;

/** What a lossy value is of: the newest one of a writer counts. */
record Topic(Gossips.Latest.Kind kind, int part) {
  static final Topic LOAD = new Topic(Gossips.Latest.Kind.LOAD, 0);
  static final Topic COORDINATE = new Topic(Gossips.Latest.Kind.COORDINATE, 0);

  static Topic of(Gossips.Latest latest) {
    boolean isPart = latest.getKind() == Gossips.Latest.Kind.LOAD_PART;
    return new Topic(latest.getKind(), isPart ? latest.getPart() : 0);
  }

  /** A part of how loaded a node is; the first one is what all builds know. */
  static Topic load(int part) {
    return part == 0 ? LOAD : new Topic(Gossips.Latest.Kind.LOAD_PART, part);
  }

  /** Whether this build keeps values of it. */
  boolean isKnown() {
    return switch (kind) {
      case LOAD, COORDINATE, LOAD_PART -> true;
      case KIND_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }
}
