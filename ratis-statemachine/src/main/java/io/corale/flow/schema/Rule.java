package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What one keyword, or a few that belong together, demand of a value. */
interface Rule {
  /**
   * Whether a value is as the rule demands; tells the check if not.
   *
   * @param place of the value
   * @param seen what the rules of the same schema have looked at so far; this one adds to it
   */
  boolean holds(Check check, JsonNode value, Place place, Seen seen);

  /** The parts that it applies to the value itself, not to something inside of it. */
  default List<Part> inPlace() {
    return List.of();
  }
}
