package io.corale.client.wfformat;

import java.util.List;

/**
 * One task of a recorded workflow.
 *
 * @param id its name in the record
 * @param program what was run
 * @param runtimeMicros how long it ran
 * @param parents ids of the tasks that had to end before it could start
 */
public record RecordedTask(String id, String program, long runtimeMicros, List<String> parents) {
  public RecordedTask {
    parents = List.copyOf(parents);
    if (runtimeMicros < 0) {
      throw new IllegalArgumentException("task '" + id + "' ran for " + runtimeMicros + " us");
    }
  }
}
