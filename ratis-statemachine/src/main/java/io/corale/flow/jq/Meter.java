package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of an expression find the budget of the evaluation that runs them.
 *
 * <p>jackson-jq hands nothing of ours through its tree, and a tree is shared by all threads that
 * evaluate it; hence the one thread-local of this house. It is set for the time of one {@link
 * Query#evaluate} only.
 */
final class Meter {
  /** Deeper values exhaust the stack of those that walk them. */
  static final int MAX_DEPTH = 200;

  private static final ThreadLocal<@Nullable Budget> RUNNING = new ThreadLocal<>();

  /** What a number, or the frame of a string, list or object counts. */
  private static final long NODE_BYTES = 8;

  /** Bytes that are copied or compared in about the time of one step. */
  private static final int BYTES_A_STEP = 64;

  private Meter() {}

  /** Makes this the budget of the thread and gives the one before, to be put back. */
  static @Nullable Budget swap(@Nullable Budget budget) {
    Budget before = RUNNING.get();
    if (budget == null) {
      RUNNING.remove();
    } else {
      RUNNING.set(budget);
    }
    return before;
  }

  static void spend(long steps) {
    Budget budget = RUNNING.get();
    if (budget == null) {
      throw new IllegalStateException("an expression is evaluated by its query only");
    }
    budget.spend(steps);
  }

  /** Pays for work on this many bytes. */
  static void spendBytes(long bytes) {
    spend(bytes / BYTES_A_STEP + 1);
  }

  /**
   * The size of a value as if it were written out, which for one that shares its parts can be far
   * more than the memory that it takes. Pays for the walk, and refuses what is too large or deep.
   */
  static long weigh(JsonNode value) {
    long bytes = weigh(value, 0, Query.MAX_VALUE_BYTES);
    spendBytes(bytes);
    return bytes;
  }

  private static long weigh(JsonNode value, int depth, long allowed) {
    if (depth > MAX_DEPTH) {
      throw new OverBudget("makes a value that is nested deeper than " + MAX_DEPTH + " levels");
    }
    long bytes = NODE_BYTES + (value.isTextual() ? value.textValue().length() : 0);
    if (value.isObject()) {
      for (var field : value.properties()) {
        bytes += field.getKey().length();
        bytes += weigh(field.getValue(), depth + 1, allowed - bytes);
      }
    } else {
      for (JsonNode item : value) {
        bytes += weigh(item, depth + 1, allowed - bytes);
      }
    }
    if (bytes > allowed) {
      throw new OverBudget("handles a value of more than " + Query.MAX_VALUE_BYTES + " bytes");
    }
    return bytes;
  }
}
