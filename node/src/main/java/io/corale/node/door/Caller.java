package io.corale.node.door;

import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.node.registry.TokenEntry;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who asks, as proved by a token or vouched for by another node.
 *
 * @param operator whether it may do everything
 * @param rights what it may do, by owner
 */
public record Caller(String subject, boolean operator, SortedMap<OwnerId, Set<Right>> rights) {
  public Caller {
    if (subject.isBlank() || subject.length() > TokenEntry.MAX_SUBJECT_CHARS) {
      throw new IllegalArgumentException(
          "caller: expected 1 to " + TokenEntry.MAX_SUBJECT_CHARS + " characters");
    }
    rights = Collections.unmodifiableSortedMap(new TreeMap<>(rights));
  }

  static Caller of(TokenEntry token) {
    return new Caller(token.subject(), token.operator(), token.rights());
  }

  /** What it may do with this owner, not counting what an operator may anyway. */
  public Set<Right> rightsAt(OwnerId owner) {
    return rights.getOrDefault(owner, Set.of());
  }

  /** Empty if it has the right; else the refusal that names the right and the owner. */
  public Optional<Refusal> lacks(Right right, OwnerId owner) {
    if (operator || rightsAt(owner).contains(right)) {
      return Optional.empty();
    }
    String name = right.name().toLowerCase(Locale.ROOT);
    return Optional.of(
        Refusal.of(
            Refusal.Code.FORBIDDEN,
            "'"
                + subject
                + "' lacks the right '"
                + name
                + "' on owner '"
                + owner
                + "': ask for a token with it"));
  }

  /** Empty if it operates the platform; else the refusal. */
  public Optional<Refusal> lacksOperator() {
    return operator
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Refusal.Code.FORBIDDEN,
                "'" + subject + "' is no operator, and only operators may do this"));
  }
}
