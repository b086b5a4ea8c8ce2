package io.corale.deploy.bench;

import java.util.Locale;

/** Who can be measured beside whom, as options name them. */
enum Peer {
  CORALE,
  CORALE_HTTP,
  RESTATE,
  ZEEBE;

  /** Whether its programs must be fetched before. */
  boolean isForeign() {
    return switch (this) {
      case CORALE, CORALE_HTTP -> false;
      case RESTATE, ZEEBE -> true;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
