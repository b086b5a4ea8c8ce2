package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.model.Payload;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The instance of an error is a JSON pointer to the expression that failed, wherever it stands. */
class InstanceTest {
  private static final String USE =
      """
      use:
        errors: {odd: {type: https://e.example/odd, status: '${ .text }'}}
        timeouts: {short: {after: '${ .text }'}}
        retries: {later: {delay: '${ .text }'}, never: {when: .text + 1}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {s: {switch: [{d: {then: end}}, {'a/b': {when: .text + 1, then: end}}]}}         | /do/0/s/switch/1/a~1b/when
          {t: {timeout: short, wait: PT1S}}                                                | /use/timeouts/short/after
          {t: {timeout: {after: '${ .text }'}, wait: PT1S}}                                | /do/0/t/timeout/after
          {r: {raise: {error: odd}}}                                                       | /use/errors/odd/status
          {r: {raise: {error: {type: https://e.example/odd, status: '${ .text }'}}}}       | /do/0/r/raise/error/status
          {y: {try: [{r: {raise: {error: {type: 'e:x', status: 400}}}}], catch: {retry: later}}} | /use/retries/later/delay
          {y: {try: [{r: {raise: {error: {type: 'e:x', status: 400}}}}], catch: {retry: never}}} | /use/retries/never/when
          {y: {try: [{r: {raise: {error: {type: 'e:x', status: 400}}}}], catch: {retry: {delay: '${ .text }'}}}} | /do/0/y/catch/retry/delay
          """)
  void pointsToWhatFailed(String task, String instance) {
    Composition composition = Plays.pure(USE + "do: [" + task + "]");

    Stage stage = Stage.echoing(composition).play("{\"text\":\"x\"}");

    assertThat(stage.fault().type()).endsWith("/expression");
    assertThat(stage.fault().instance()).isEqualTo(instance);
    assertThat(document(composition).at(instance).isMissingNode()).isFalse();
  }

  private static JsonNode document(Composition composition) {
    return Json.read(Payload.ofJson(composition.canonical().json())).orElseThrow();
  }
}
