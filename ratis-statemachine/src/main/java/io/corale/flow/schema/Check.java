package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.flow.regex.LinearPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One value being checked: counts the work, collects what is wrong. Confined to one call. */
final class Check {
  /** Nobody mends more at once. */
  static final int MAX_VIOLATIONS = 10;

  /**
   * A payload of 32 KiB has at most 16,384 values: a dozen rules for each of them. A step takes
   * about a microsecond, so that a check takes a quarter of a second at most.
   */
  static final int MAX_STEPS = 250_000;

  /**
   * A value may have 200 levels, each under three schemas that refer to each other. A level here is
   * three or four frames of the stack; all of them fit into half of a thread's usual one.
   */
  static final int MAX_NESTED = 600;

  /** What a search costs in any case: RE2/J makes or finds a machine for it. */
  private static final int SEARCH_STEPS = 8;

  /** Instructions of a pattern that RE2/J tries in about the time of a step. */
  private static final int TRIED_A_STEP = 8;

  private final boolean looksAtOthers;
  private final List<String> violations = new ArrayList<>();
  private int steps;
  private int nested;
  private int quiet;

  Check(boolean looksAtOthers) {
    this.looksAtOthers = looksAtOthers;
  }

  /** There is nothing more to find out: too much work, or enough violations. */
  private static final class Stop extends RuntimeException {
    Stop() {
      super("", null, false, false);
    }
  }

  List<String> violations(Part root, JsonNode value) {
    try {
      meets(root, value, Place.ROOT, Seen.NOTHING);
    } catch (Stop stop) {
      // What has been found so far says why.
    }
    return List.copyOf(violations);
  }

  /**
   * Whether a value meets a part.
   *
   * @param around learns what the part has looked at, if the value meets it
   */
  boolean meets(Part part, JsonNode value, Place place, Seen around) {
    nested++;
    requireShallow(nested, place);
    spend(1, place);
    Seen seen = looksAtOthers ? Seen.empty() : Seen.NOTHING;
    boolean meets = true;
    for (Rule rule : part.rules()) {
      spend(1, place);
      meets &= rule.holds(this, value, place, seen);
      if (!meets && quiet > 0) {
        break;
      }
    }
    nested--;
    if (meets) {
      spend(seen.size(), place);
      around.addAll(seen);
    }
    return meets;
  }

  /** The same, where not meeting it is not a violation yet. */
  boolean wouldMeet(Part part, JsonNode value, Place place, Seen around) {
    quiet++;
    boolean meets = meets(part, value, place, around);
    quiet--;
    return meets;
  }

  /** Whether all alternatives must be tried, since somebody asks what they look at. */
  boolean looksAtOthers() {
    return looksAtOthers;
  }

  /** Notes what is wrong; always false, the answer of the rule that found it. */
  boolean violated(Place place, String keyword, Supplier<String> message) {
    if (quiet == 0) {
      violations.add("at '" + place.pointer() + "': " + message.get() + " (" + keyword + ")");
      if (violations.size() == MAX_VIOLATIONS) {
        throw new Stop();
      }
    }
    return false;
  }

  /** Whether a pattern is found somewhere in a text, at the price of the search. */
  boolean finds(LinearPattern pattern, String text, Place place) {
    spend(SEARCH_STEPS + pattern.cost(text) / TRIED_A_STEP, place);
    return pattern.isIn(text);
  }

  /** Pays for work; what cannot be paid ends the check with a violation. */
  void spend(long work, Place place) {
    if (work > MAX_STEPS - steps) {
      throw stop(place, "checking it takes more than " + MAX_STEPS + " steps");
    }
    steps += (int) work;
  }

  /** Ends the check with a violation where the stack could grow too high. */
  void requireShallow(int depth, Place place) {
    if (depth > MAX_NESTED) {
      throw stop(place, "is nested too deeply to be checked, " + MAX_NESTED + " levels");
    }
  }

  private Stop stop(Place place, String message) {
    violations.add("at '" + place.pointer() + "': " + message);
    return new Stop();
  }
}
