package io.corale.flow;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.serverlessworkflow.impl.WorkflowApplication;
import io.serverlessworkflow.impl.WorkflowError;
import io.serverlessworkflow.impl.WorkflowException;
import io.serverlessworkflow.impl.WorkflowModel;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The runtime of the standard's own SDK as a second opinion on what a composition gives. It runs on
 * threads of its own and on the wall clock, so it is only asked what ends at once.
 */
final class SecondRuntime implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /** What it runs takes milliseconds; what hangs must not hang the build. */
  private static final int LIMIT_SECONDS = 20;

  private final WorkflowApplication runtime =
      WorkflowApplication.builder().disableLifeCycleCEPublishing().build();

  /**
   * The output; for a fault an exclamation mark, the status and the kind; else what it threw.
   *
   * @param parts what it runs, made known before it
   */
  String play(String source, List<String> parts, JsonNode input)
      throws InterruptedException, TimeoutException {
    try {
      parts.forEach(part -> runtime.workflowDefinition(SecondParser.read(part)));
      WorkflowModel output =
          runtime
              .workflowDefinition(SecondParser.read(source))
              .instance(JSON.convertValue(input, Object.class))
              .start()
              .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return output.as(JsonNode.class).orElseThrow().toString();
    } catch (ExecutionException e) {
      return told(requireNonNullElse(e.getCause(), e));
    } catch (RuntimeException e) {
      return told(e);
    }
  }

  private static String told(Throwable thrown) {
    Throwable cause = thrown;
    while (!(cause instanceof WorkflowException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof WorkflowException fault) {
      WorkflowError error = fault.getWorkflowError();
      return "! " + error.status() + " " + ErrorTypes.canonical(error.type());
    }
    return "throws " + cause.getClass().getSimpleName();
  }

  @Override
  public void close() {
    runtime.close();
  }
}
