package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Acceptance;
import io.corale.client.ClientOutcome;
import io.corale.model.Problem;
import java.io.PrintWriter;

/** Prints how an invocation ended and gives the exit code for it. */
final class Outcomes {
  private final PrintWriter out;
  private final boolean isJson;

  Outcomes(PrintWriter out, boolean isJson) {
    this.out = out;
    this.isJson = isJson;
  }

  /** Of any ending but a completed one, people learn by the failure. */
  int print(Acceptance acceptance, ClientOutcome outcome) {
    if (isJson && isEnding(outcome)) {
      Json.print(out, json(acceptance, outcome));
      return outcome instanceof ClientOutcome.Completed ? Exit.OK : Exit.ENDED_BADLY;
    }
    if (outcome instanceof ClientOutcome.Completed completed) {
      out.println(completed.output().json());
      return Exit.OK;
    }
    throw failure(acceptance, outcome);
  }

  private static boolean isEnding(ClientOutcome outcome) {
    return !(outcome instanceof ClientOutcome.Refused)
        && !(outcome instanceof ClientOutcome.Unknown);
  }

  private static CliFailure failure(Acceptance acceptance, ClientOutcome outcome) {
    if (outcome instanceof ClientOutcome.Faulted faulted) {
      return new CliFailure(
          Exit.ENDED_BADLY, acceptance.id() + " faulted: " + text(faulted.problem()));
    }
    if (outcome instanceof ClientOutcome.Cancelled cancelled) {
      return new CliFailure(
          Exit.ENDED_BADLY, acceptance.id() + " was cancelled: " + cancelled.reason());
    }
    if (outcome instanceof ClientOutcome.Refused refused) {
      return CliFailure.refused(refused.refusal());
    }
    if (outcome instanceof ClientOutcome.Unknown unknown) {
      return new CliFailure(
          Exit.UNKNOWN,
          "how "
              + acceptance.id()
              + " ends is unknown: "
              + unknown.message()
              + "; 'corale status "
              + acceptance.id()
              + "' asks again");
    }
    throw new IllegalStateException("a new kind of outcome: " + outcome);
  }

  static String text(Problem problem) {
    StringBuilder text = new StringBuilder(problem.title());
    if (!problem.instance().isEmpty()) {
      text.append(" at ").append(problem.instance());
    }
    if (!problem.detail().isEmpty()) {
      text.append(": ").append(problem.detail());
    }
    return text.toString();
  }

  private static ObjectNode json(Acceptance acceptance, ClientOutcome outcome) {
    ObjectNode node =
        Json.object()
            .put("invocation", acceptance.id().value())
            .put("composition", acceptance.composition().toString())
            .put("cell", acceptance.cell());
    if (outcome instanceof ClientOutcome.Completed completed) {
      node.put("ending", "completed").set("output", Json.payload(completed.output()));
    } else if (outcome instanceof ClientOutcome.Faulted faulted) {
      node.put("ending", "faulted").set("problem", Json.problem(faulted.problem()));
    } else if (outcome instanceof ClientOutcome.Cancelled cancelled) {
      node.put("ending", "cancelled").put("reason", cancelled.reason());
    }
    return node;
  }
}
