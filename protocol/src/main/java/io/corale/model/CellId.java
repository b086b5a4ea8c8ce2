package io.corale.model;

/** One Raft group of an owner; number 0 is its home. */
public record CellId(OwnerId owner, int number) implements Comparable<CellId> {
  /** More cells than providers have regions is a mistake, not a plan. */
  public static final int MAX_CELLS = 1024;

  public CellId {
    if (number < 0 || number >= MAX_CELLS) {
      throw new IllegalArgumentException("cell number out of [0, " + MAX_CELLS + "): " + number);
    }
  }

  /** The cell in which an owner is born. */
  public static CellId home(OwnerId owner) {
    return new CellId(owner, 0);
  }

  @Override
  public int compareTo(CellId other) {
    int byOwner = owner.compareTo(other.owner);
    return byOwner != 0 ? byOwner : Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return owner + "." + number;
  }
}
