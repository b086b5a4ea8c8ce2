package io.corale.model;

import java.util.regex.Pattern;

/** The name of a secret among those of its owner; expressions say {@code $secrets.NAME}. */
public record SecretName(String value) implements Comparable<SecretName> {
  /** A key of an object in expressions, and a znode. */
  private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,62}");

  /** Throws {@link IllegalArgumentException} when {@code value} breaks the grammar. */
  public SecretName {
    if (!GRAMMAR.matcher(value).matches()) {
      // Whoever mistakes the one for the other must not read the value in an error.
      throw new IllegalArgumentException(
          "the name of a secret has 1 to 63 letters, digits, '_' or '-' and begins with a letter"
              + " or '_'");
    }
  }

  @Override
  public int compareTo(SecretName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
