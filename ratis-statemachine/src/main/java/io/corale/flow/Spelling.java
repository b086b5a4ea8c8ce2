package io.corale.flow;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Guesses which known word a misspelt one was meant to be. */
final class Spelling {
  private Spelling() {}

  /** {@code did you mean 'X'?}, or the other words where no known word is near. */
  static String hint(String word, Collection<String> known, String otherwise) {
    return nearest(word, known).map(near -> "did you mean '" + near + "'?").orElse(otherwise);
  }

  /** The known word nearest to this one, if it is near enough to be a slip. */
  static Optional<String> nearest(String word, Collection<String> known) {
    int allowed = word.length() <= 3 ? 1 : word.length() <= 7 ? 2 : 3;
    Optional<String> nearest = Optional.empty();
    int least = allowed + 1;
    for (String candidate : known) {
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least && distance < candidate.length()) {
        least = distance;
        nearest = Optional.of(candidate);
      }
    }
    return nearest;
  }

  /**
   * Optimal string alignment: insertions, deletions, replacements and swaps of neighbours. Long
   * words are compared by their beginnings, so that nobody can make it slow.
   */
  static int distance(String left, String right) {
    String a = left.length() > 64 ? left.substring(0, 64) : left;
    String b = right.length() > 64 ? right.substring(0, 64) : right;
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int step(int[][] cost, String a, String b, int i, int j) {
    int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int least = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean isSwap =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return isSwap ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
