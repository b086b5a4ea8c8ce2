package io.corale.scheduler;

import java.util.List;

/**
 * One entry of a cell's log: the commands that a superpeer packed together.
 *
 * @param proposer who packed it
 * @param sequence its number among the entries that the proposer sent in its term, from 0; by it
 *     the proposer recognises its own entry when it is applied
 * @param elapsedMicros monotonic time since the proposer's previous entry of the same term; 0 in a
 *     term's first (rule 7)
 * @param proposerApplied the index that the proposer had applied when it packed the entry (rule 12)
 * @param commands in the order in which they are applied
 */
public record Entry(
    Executor proposer,
    long sequence,
    long elapsedMicros,
    long proposerApplied,
    List<Command> commands) {
  public Entry {
    commands = List.copyOf(commands);
    if (sequence < 0 || elapsedMicros < 0) {
      throw new IllegalArgumentException("sequence and elapsed time are never negative");
    }
  }
}
