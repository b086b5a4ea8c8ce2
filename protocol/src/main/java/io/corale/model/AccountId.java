package io.corale.model;

/** A provider account of one owner, whose limits one scheduler keeps. */
public record AccountId(String value) implements Comparable<AccountId> {
  /** Throws {@link IllegalArgumentException} when {@code value} breaks the grammar of names. */
  public AccountId {
    Names.label("account", value);
  }

  @Override
  public int compareTo(AccountId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
