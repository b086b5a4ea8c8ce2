package io.corale.model;

import java.util.regex.Pattern;

/** The name and version of an immutable function in the catalog of one owner. */
public record FunctionRef(String name, String version) implements Comparable<FunctionRef> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,62}");

  public FunctionRef {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "function '"
              + (name.length() <= 80 ? name : name.substring(0, 80) + "...")
              + "' is not a name: expected a letter or '_', then at most 62 letters, digits, '_' or"
              + " '-'");
    }
    requireSemantic(version);
  }

  private static void requireSemantic(String version) {
    new CompositionRef("x", version);
  }

  /** Reads {@code NAME:VERSION}. */
  public static FunctionRef parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "function '" + text + "' has no version: expected NAME:VERSION, such as resize:1.0.0");
    }
    return new FunctionRef(text.substring(0, colon), text.substring(colon + 1));
  }

  /** By name, then by the precedence of versions. */
  @Override
  public int compareTo(FunctionRef other) {
    int byName = name.compareTo(other.name);
    return byName != 0
        ? byName
        : new CompositionRef("x", version).compareTo(new CompositionRef("x", other.version));
  }

  @Override
  public String toString() {
    return name + ":" + version;
  }
}
