package io.corale.model;

/** A publisher of compositions and holder of provider accounts. */
public record OwnerId(String value) implements Comparable<OwnerId> {
  /** Throws {@link IllegalArgumentException} when {@code value} breaks the grammar of names. */
  public OwnerId {
    Names.label("owner", value);
  }

  @Override
  public int compareTo(OwnerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
