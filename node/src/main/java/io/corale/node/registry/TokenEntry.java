package io.corale.node.registry;

import io.corale.model.OwnerId;
import io.corale.model.Right;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the bearer of a token may do.
 *
 * @param hash SHA-256 of the token, 64 lower-case hexadecimal digits; the token itself is nowhere
 * @param subject who holds it, for records and logs
 * @param operator whether it may do everything, with every owner
 */
public record TokenEntry(
    String hash, String subject, boolean operator, SortedMap<OwnerId, Set<Right>> rights) {
  /** Subjects are names for people, written in every invocation's record. */
  public static final int MAX_SUBJECT_CHARS = 128;

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  public TokenEntry {
    if (!isHash(hash)) {
      throw new IllegalArgumentException("token hash: expected 64 lower-case hexadecimal digits");
    }
    if (subject.isBlank() || subject.length() > MAX_SUBJECT_CHARS) {
      throw new IllegalArgumentException(
          "token subject: expected 1 to " + MAX_SUBJECT_CHARS + " characters");
    }
    SortedMap<OwnerId, Set<Right>> copy = new TreeMap<>();
    rights.forEach(
        (owner, some) -> {
          if (some.isEmpty()) {
            throw new IllegalArgumentException("token rights of owner '" + owner + "': none given");
          }
          copy.put(owner, Collections.unmodifiableSet(EnumSet.copyOf(some)));
        });
    rights = Collections.unmodifiableSortedMap(copy);
  }

  /** Whether the text has the form of a hash. */
  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  /** Whether it grants this right with this owner. */
  public boolean grants(OwnerId owner, Right right) {
    return operator || rights.getOrDefault(owner, Set.of()).contains(right);
  }
}
