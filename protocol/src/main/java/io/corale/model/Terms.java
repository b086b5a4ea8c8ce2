package io.corale.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an owner's scheduler takes on, and how it divides it between callers: beyond these limits a
 * submit is refused at once, so that what was accepted goes on.
 *
 * @param version rises with each change; a scheduler never goes back
 * @param maxQueued of calls that wait for a slot
 * @param maxQueuedBytes of those together
 * @param maxLive of invocations that have not ended
 * @param submitsPerSecond accepted within any second; {@link #ANY_RATE}: as many as there are
 * @param weights of callers, by their names; a caller of weight 2 gets twice the share of one that
 *     is not named, whose weight is 1
 */
public record Terms(
    long version,
    int maxQueued,
    long maxQueuedBytes,
    int maxLive,
    int submitsPerSecond,
    SortedMap<String, Integer> weights) {
  /** As many calls as a cell has been measured with. */
  public static final int MOST_QUEUED = 1_000_000;

  /** All that the records of a cell may take. */
  public static final long MOST_QUEUED_BYTES = 256L * 1024 * 1024;

  /** As many invocations as a cell lets live. */
  public static final int MOST_LIVE = 100_000;

  /** More than a cell has ever accepted. */
  public static final int MOST_PER_SECOND = 1_000_000;

  /** No limit on how many submits are accepted in a second. */
  public static final int ANY_RATE = 0;

  /** One entry of the log holds them, whatever letters callers are written with. */
  public static final int MOST_WEIGHTS = 400;

  /** As long as the subject of a token. */
  public static final int MOST_CALLER_CHARS = 128;

  /** Beyond it the others would all but starve. */
  public static final int MOST_WEIGHT = 100;

  /** Of callers that are not named. */
  public static final int PLAIN_WEIGHT = 1;

  /** What holds where nothing was agreed: seconds to minutes of work of most owners. */
  public static final Terms STANDARD =
      new Terms(0, 10_000, 16L * 1024 * 1024, MOST_LIVE, ANY_RATE, Collections.emptySortedMap());

  /** Throws {@link IllegalArgumentException} naming the field that is out of its bounds. */
  public Terms {
    requireBetween("version", version, 0, Long.MAX_VALUE);
    requireBetween("max queued", maxQueued, 1, MOST_QUEUED);
    requireBetween("max queued bytes", maxQueuedBytes, 1, MOST_QUEUED_BYTES);
    requireBetween("max live", maxLive, 1, MOST_LIVE);
    requireBetween("submits per second", submitsPerSecond, ANY_RATE, MOST_PER_SECOND);
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    if (weights.size() > MOST_WEIGHTS) {
      throw new IllegalArgumentException(
          "at most " + MOST_WEIGHTS + " callers have weights, got " + weights.size());
    }
    for (Map.Entry<String, Integer> weight : weights.entrySet()) {
      int chars = weight.getKey().length();
      requireBetween("characters of a caller with a weight", chars, 1, MOST_CALLER_CHARS);
      requireBetween("weight of '" + weight.getKey() + "'", weight.getValue(), 1, MOST_WEIGHT);
    }
  }

  private static void requireBetween(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " must be from " + least + " to " + most + ", was " + value);
    }
  }

  /** The same as another version. */
  public Terms withVersion(long next) {
    return new Terms(next, maxQueued, maxQueuedBytes, maxLive, submitsPerSecond, weights);
  }

  /** What the share of a caller is proportional to. */
  public int weight(String caller) {
    return weights.getOrDefault(caller, PLAIN_WEIGHT);
  }

  /** Whether the submits within a second are limited. */
  public boolean limitsSubmits() {
    return submitsPerSecond != ANY_RATE;
  }
}
