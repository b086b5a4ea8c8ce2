package io.corale.scheduler;

import java.util.List;

/**
 * What applying one entry gave.
 *
 * @param cellTimeMicros the cell time of the entry
 * @param results one for each command, in order
 * @param effects in the order in which they must be performed
 */
public record Applied(long cellTimeMicros, List<Result> results, List<Effect> effects) {
  public Applied {
    results = List.copyOf(results);
    effects = List.copyOf(effects);
  }
}
