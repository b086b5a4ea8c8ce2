package io.corale.client;

import java.util.List;

/** What publishing a composition with some resources came to. */
public sealed interface Publishing {
  /** It stands. */
  record Published(Publication publication) implements Publishing {}

  /** Nothing was published: it refers to what did not come along, and is right otherwise. */
  record Lacking(List<Need> needs) implements Publishing {
    public Lacking {
      needs = List.copyOf(needs);
    }
  }

  /**
   * An external resource that is needed.
   *
   * @param line where the composition refers to it first, from 1
   * @param address a web address, or a file as seen from the composition
   */
  record Need(int line, int column, String address) {
    /** {@code line:column: needs ADDRESS}. */
    @Override
    public String toString() {
      return line + ":" + column + ": needs " + address;
    }
  }
}
