package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
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

  /**
   * The same of a new value: a node takes three times its {@link #NODE_BYTES} of memory, so a whole
   * budget makes some 50 MiB of them.
   */
  private static final int NEW_BYTES_A_STEP = 16;

  /** What a copied field of an object takes: its entry in a hash table. */
  private static final long FIELD_BYTES = 64;

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

  static Budget running() {
    Budget budget = RUNNING.get();
    if (budget == null) {
      throw new IllegalStateException("an expression is evaluated by its query only");
    }
    return budget;
  }

  static void spend(long steps) {
    running().spend(steps);
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

  /** Pays for a new value, whose parts take memory until the evaluation lets go of it. */
  static void weighNew(JsonNode value) {
    spend(weigh(value) / NEW_BYTES_A_STEP);
  }

  /** What a copy of the value itself takes, without its parts. */
  static long surface(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue().length();
    }
    return (value.isObject() ? FIELD_BYTES : NODE_BYTES) * (value.size() + 1L);
  }

  /** What it is, for a message; never what is in it. */
  static String kind(JsonNode value) {
    return value.getNodeType().toString().toLowerCase(Locale.ROOT);
  }

  /** Refuses text that would not fit into a value before it is made. */
  static void requireText(long chars) {
    if (chars > Query.MAX_VALUE_BYTES) {
      throw new OverBudget("makes a value of more than " + Query.MAX_VALUE_BYTES + " bytes");
    }
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
