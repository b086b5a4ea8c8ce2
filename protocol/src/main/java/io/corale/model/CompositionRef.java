package io.corale.model;

import java.util.regex.Pattern;

/** The name and version of an immutable composition of one owner. */
public record CompositionRef(String name, String version) implements Comparable<CompositionRef> {
  private static final Pattern SEMANTIC_VERSION =
      Pattern.compile(
          "(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})(-[0-9A-Za-z.-]{1,64})?");

  public CompositionRef {
    Names.composition(name);
    if (!SEMANTIC_VERSION.matcher(version).matches()) {
      throw new IllegalArgumentException(
          "version '" + version + "' is not semantic: expected MAJOR.MINOR.PATCH[-PRERELEASE]");
    }
  }

  /** Throws {@link IllegalArgumentException} for what cannot be the name of a composition. */
  public static void requireName(String name) {
    Names.composition(name);
  }

  /** Whether this is a release, that is, one that an unpinned call may choose. */
  public boolean isRelease() {
    return version.indexOf('-') < 0;
  }

  /**
   * Orders by name, then by the precedence of semantic versions: a pre-release before its release.
   * Pre-releases of one version are ordered as text, which suffices because none is ever chosen
   * without being named.
   */
  @Override
  public int compareTo(CompositionRef other) {
    int byName = name.compareTo(other.name);
    if (byName != 0) {
      return byName;
    }
    String[] mine = core(version).split("\\.", 3);
    String[] theirs = core(other.version).split("\\.", 3);
    for (int i = 0; i < 3; i++) {
      int byPart = Integer.compare(Integer.parseInt(mine[i]), Integer.parseInt(theirs[i]));
      if (byPart != 0) {
        return byPart;
      }
    }
    if (isRelease() != other.isRelease()) {
      return isRelease() ? 1 : -1;
    }
    return version.compareTo(other.version);
  }

  private static String core(String version) {
    int dash = version.indexOf('-');
    return dash < 0 ? version : version.substring(0, dash);
  }

  @Override
  public String toString() {
    return name + ":" + version;
  }
}
