package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * A task in progress: one that holds the tasks which run now, or the one that waits.
 *
 * @param input its transformed input
 * @param loop of a {@code for}: where it stands
 */
record Frame(Task task, JsonNode input, Optional<Loop> loop) {
  /**
   * The list of a {@code for} was evaluated once (rule 20); what is left of it stands here.
   *
   * @param index of the item, from 0
   */
  record Loop(JsonNode item, int index, List<JsonNode> rest) {
    Loop next() {
      return new Loop(rest.get(0), index + 1, rest.subList(1, rest.size()));
    }
  }
}
