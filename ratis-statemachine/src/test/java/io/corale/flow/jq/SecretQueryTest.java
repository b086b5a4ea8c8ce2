package io.corale.flow.jq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What looks at secrets looks at nothing else, and says by their names at which. */
class SecretQueryTest {
  private static final SortedSet<String> DECLARED =
      new TreeSet<>(List.of("apiKey", "login", "my-key"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "$secrets.apiKey                        ~ \"k1\"      ~ apiKey",
        "$secrets[\"my-key\"]                   ~ \"k2\"      ~ my-key",
        "$secrets.\"my-key\"                    ~ \"k2\"      ~ my-key",
        "\"Bearer \\($secrets.apiKey)\"         ~ \"Bearer k1\" ~ apiKey",
        "$secrets.login.user | ascii_upcase     ~ \"ADA\"     ~ login",
        "$secrets.login | \"\\(.user):\\(.pass)\" ~ \"ada:p\" ~ login",
        "@base64 \"\\($secrets.apiKey)\"        ~ \"azE=\"    ~ apiKey",
        "$secrets.login as $l | $l.pass + $secrets.apiKey ~ \"pk1\" ~ apiKey,login",
        "if true then $secrets.apiKey else null end ~ \"k1\"   ~ apiKey",
        "[$secrets.apiKey, 1] | map(tostring) | join(\"-\") ~ \"k1-1\" ~ apiKey",
        "1 + 1                                  ~ 2           ~ ''"
      })
  void looksAtSecretsByTheirNames(String jq, String expected, String names) throws Exception {
    Query query = Query.compileSecrets(jq, DECLARED);

    assertThat(String.join(",", query.secrets())).isEqualTo(names);
    SortedMap<String, JsonNode> variables = new TreeMap<>();
    variables.put(
        "secrets",
        new JsonMapper()
            .readTree(
                "{\"apiKey\": \"k1\", \"my-key\": \"k2\","
                    + " \"login\": {\"user\": \"ada\", \"pass\": \"p\"}}"));
    assertThat(query.evaluate(NullNode.instance, variables, Budget.ofMoments()))
        .hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        ".token                          ~ looks at its input, and at secrets it may look alone",
        "$secrets.apiKey + .x            ~ looks at its input",
        "\"\\(.x) \\($secrets.apiKey)\"  ~ looks at its input",
        "{a}                             ~ looks at its input",
        "{\"a\"}                         ~ looks at its input",
        "{b: $secrets.apiKey, a}         ~ looks at its input",
        "tostring                        ~ looks at its input",
        "@base64                         ~ looks at its input",
        "..                              ~ looks at its input",
        "if $secrets.apiKey then 1 end   ~ looks at its input",
        "$secrets.login[.x]              ~ looks at its input",
        "$secrets.apiKey | $input        ~ looks at '$input', and at secrets it may look alone",
        "$context.x                      ~ looks at '$context'",
        "$secrets                        ~ where '.' was expected",
        "$secrets | keys                 ~ where '.' was expected",
        "$secrets[0]                     ~ looks at '$secrets' without the name of one",
        "$secrets[\"api\\(1)\"]           ~ looks at '$secrets' without the name of one",
        "$secrets.apiKee                 ~ looks at the secret 'apiKee', which is not in"
            + " use.secrets",
        "$secrets.my-key                 ~ looks at the secret 'my', which is not in use.secrets"
      })
  void refusesWhatLooksAtAnythingElse(String jq, String reason) {
    assertThatThrownBy(() -> Query.compileSecrets(jq, DECLARED))
        .isInstanceOf(ExpressionFailure.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({"$secrets.apiKey", "'$secrets'", "'. + $secrets[\"x\"]'"})
  void isRefusedWhereItWouldBeKept(String jq) {
    assertThatThrownBy(() -> Query.compile(jq, new TreeSet<>(List.of("input"))))
        .hasMessageContaining("uses '$secrets' where what it gives would be kept");
  }
}
