package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.model.Problem;

/**
 * How an invocation of another owner ended, as the provider {@code corale} tells: <code>{output}
 * </code>, <code>{problem: {type, status, title, detail}}</code> or <code>{cancelled}</code>. That
 * it faulted is the result of a call that succeeded, so that nothing of the problem is lost.
 */
final class ElsewhereEnd {
  private ElsewhereEnd() {}

  /** Its output; leaves the evaluation where it had none. */
  static JsonNode output(JsonNode end, String place) throws Faulted {
    if (end.has("output")) {
      return end.path("output");
    }
    JsonNode problem = end.path("problem");
    if (problem.isObject()) {
      throw new Faulted(problem(problem, place));
    }
    if (end.path("cancelled").isTextual()) {
      throw new Faulted(
          Problem.runtime("it was cancelled: " + end.path("cancelled").textValue(), place));
    }
    throw new Faulted(
        Problem.validation("what the account's provider says is no end of an invocation", place));
  }

  private static Problem problem(JsonNode problem, String place) {
    int status = problem.path("status").asInt();
    return new Problem(
        problem.path("type").asText(),
        Problem.isStatus(status) ? status : ErrorReader.MOST_STATUS,
        problem.path("title").asText(),
        problem.path("detail").asText(),
        place);
  }
}
