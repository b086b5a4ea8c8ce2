package io.corale.flow;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.CallSpec;
import java.util.function.Function;

/** Short ways to put a composition on a {@link Stage}. */
final class Plays {
  private static final String HEAD =
      """
      document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}
      """;
  private static final String FUNCTIONS =
      """
      use:
        functions:
          f: {call: faas, with: {implementations: [{id: one, account: a, timeout: PT5S, expected: PT2S}]}}
          g: {call: faas, with: {implementations: [{id: one, account: b, timeout: PT1M, expected: PT10S}]}}
      """;

  private Plays() {}

  /** A body below a document and the functions {@code f} and {@code g}. */
  static Composition calling(String body) {
    return Stage.compiled(HEAD + FUNCTIONS + body);
  }

  /** A body below a document. */
  static Composition pure(String body) {
    return Stage.compiled(HEAD + body);
  }

  /** On a stage whose functions do as told. */
  static Stage with(Composition composition, Function<CallSpec, Outcome> provider) {
    return new Stage(composition, provider, Stage.ALL);
  }

  static Outcome success(String json) {
    return new Outcome.Success(Payload.ofJson(json));
  }

  /** A function that fails for good. */
  static Outcome failure(String detail) {
    return new Outcome.FunctionError(detail, false);
  }
}
