package io.corale.scheduler.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Functions as a production platform has them: whose they are, when they are called and how long
 * they take.
 *
 * @param origin where they come from, in words
 * @param skipped what of the source is not among them, and why
 */
record Slice(String origin, List<Function> functions, List<String> skipped) {
  /**
   * One function.
   *
   * @param perMinute its calls in each minute
   */
  record Function(String owner, List<Integer> perMinute, Durations durations) {
    Function {
      perMinute = List.copyOf(perMinute);
    }

    long calls() {
      return perMinute.stream().mapToLong(Integer::longValue).sum();
    }
  }

  Slice {
    functions = List.copyOf(functions);
    skipped = List.copyOf(skipped);
  }

  /** Running totals, by which a function is drawn as often as it was called. */
  List<Long> upTo() {
    List<Long> upTo = new ArrayList<>();
    long sum = 0;
    for (Function function : functions) {
      sum += function.calls();
      upTo.add(sum);
    }
    return upTo;
  }
}
