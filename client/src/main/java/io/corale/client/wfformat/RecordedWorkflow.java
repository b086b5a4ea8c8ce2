package io.corale.client.wfformat;

import java.util.List;

/**
 * A workflow as it once ran.
 *
 * @param name as the record has it
 */
public record RecordedWorkflow(String name, List<RecordedTask> tasks) {
  /** More tasks do not fit into the canonical form of a composition by far. */
  static final int MAX_TASKS = 2_000;

  public RecordedWorkflow {
    tasks = List.copyOf(tasks);
  }

  /** How many pairs of parent and child it records. */
  public int dependencies() {
    return tasks.stream().mapToInt(task -> task.parents().size()).sum();
  }
}
