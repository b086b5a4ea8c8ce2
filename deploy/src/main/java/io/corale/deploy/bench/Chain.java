package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.StartOptions;
import io.corale.model.Payload;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A chain of calls that take no time, as a composition, and how one of them is run. */
final class Chain {
  /** Receipts live as long as a caller may retry; those of a benchmark need not fill the cell. */
  static final Duration RETRY = Duration.ofSeconds(30);

  /** Until all have ended: callers have given up by then. */
  static final Duration PATIENCE = RETRY.multipliedBy(2);

  private Chain() {}

  /** An implementation of its function that answers within the node, by an account "sim". */
  static final String WITHIN = "{id: sim, account: sim, timeout: PT5S}";

  /** One in a process of its own, by an account "functions". */
  static final String BY_HTTP = "{id: http, account: functions, timeout: PT5S, path: /step}";

  /** Its source, with an implementation that answers within the node. */
  static String composition(String name, int steps, boolean carries) {
    return composition(name, steps, WITHIN, carries);
  }

  /**
   * Its source.
   *
   * @param carries whether each call takes the input's {@code data}
   */
  static String composition(String name, int steps, String implementation, boolean carries) {
    StringBuilder yaml =
        new StringBuilder(
            """
            document: {dsl: '1.0.3', namespace: bench, name: %s, version: 1.0.0}
            use:
              functions:
                step: {call: faas, with: {implementations: [%s]}}
            do:
            """
                .formatted(name, implementation));
    String payload = carries ? ", data: '${ .data }'" : "";
    for (int i = 1; i <= steps; i++) {
      yaml.append("  - step%d: {call: step, with: {step: %d%s}}%n".formatted(i, i, payload));
    }
    return yaml.toString();
  }

  /** Runs it once, to its end. */
  static ClosedLoop.Invocation invocation(Client client, String name, Payload input) {
    return () ->
        run(client, name, input)
            .thenApply(
                outcome ->
                    outcome instanceof ClientOutcome.Completed
                        ? Optional.empty()
                        : Optional.of(outcome.toString()));
  }

  /** As above; how it ended. */
  static CompletionStage<ClientOutcome> run(Client client, String name, Payload input) {
    return client.start(name, input, StartOptions.DEFAULTS.withRetryFor(RETRY)).result();
  }
}
