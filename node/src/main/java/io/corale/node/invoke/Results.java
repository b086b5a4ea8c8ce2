package io.corale.node.invoke;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import java.io.IOException;

/** Makes sure that what enters the log as a result is one JSON value of a size it can carry. */
final class Results {
  private static final JsonFactory JSON = new JsonFactory();

  private Results() {}

  /** Whether to read it takes more than a moment. */
  static boolean isLarge(Outcome outcome) {
    return outcome instanceof Outcome.Success success && !success.result().fitsInline();
  }

  /** The outcome, or the function error that it amounts to. */
  static Outcome checked(String function, Outcome outcome) {
    if (outcome instanceof Outcome.Success success) {
      return checkedResult(function, success);
    }
    if (outcome instanceof Outcome.FunctionError error) {
      return new Outcome.FunctionError(
          shortened(error.detail()), error.retryable(), error.status());
    }
    if (outcome instanceof Outcome.Unavailable gone) {
      return new Outcome.Unavailable(shortened(gone.detail()), gone.mayHaveRun(), gone.status());
    }
    if (outcome instanceof Outcome.Unready unready) {
      return new Outcome.Unready(unready.lack(), shortened(unready.detail()), unready.retryable());
    }
    return outcome;
  }

  private static Outcome checkedResult(String function, Outcome.Success success) {
    Payload result = success.result();
    if (result.sizeBytes() > Payload.MAX_BYTES) {
      return new Outcome.FunctionError(
          "the result of function '"
              + function
              + "' has "
              + result.sizeBytes()
              + " bytes; the limit is "
              + Payload.MAX_BYTES,
          false);
    }
    try {
      requireOneValue(result);
      if (!result.fitsInline()) {
        var unused = result.reference(); // Here, and not where the cell waits for it.
      }
      return success;
    } catch (IOException notJson) {
      return new Outcome.FunctionError(
          "the result of function '" + function + "' is not JSON: " + result, false);
    }
  }

  private static void requireOneValue(Payload result) throws IOException {
    try (JsonParser parser = JSON.createParser(result.bytes().newInput())) {
      if (parser.nextToken() == null) {
        throw new IOException("no value");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new IOException("more than one value");
      }
    }
  }

  private static String shortened(String detail) {
    return Problem.shortened(detail, Problem.MAX_DETAIL_CHARS);
  }
}
