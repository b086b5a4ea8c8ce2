package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.corale.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the standard promises of each construct, as small compositions that say what they give: the
 * promises of its conformance kit in our own words, and more. The runtime of its own SDK gives the
 * same, or the page on the specification says what instead, and why.
 */
class ScenariosTest {
  private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");
  private static final Pattern PROMISE = Pattern.compile("(?m)^# (.+) -> (! )?(.+)$");
  private static final JsonMapper JSON = new JsonMapper();

  /** Where the SDK gives now this, now that. */
  private static final String VARIES = "varies";

  private static SecondRuntime second;

  @BeforeAll
  static void start() {
    second = new SecondRuntime();
  }

  @AfterAll
  static void stop() {
    second.close();
  }

  /** What a scenario gives for an input: an output, or the parts of an error. */
  record Promise(String scenario, JsonNode input, boolean isFault, JsonNode given) {
    String source() throws IOException {
      return Tables.document(SCENARIOS, scenario);
    }

    /** What it runs: the documents in the folder of its name. */
    List<String> parts() throws IOException {
      Path folder = SCENARIOS.resolve(scenario);
      List<String> parts = new ArrayList<>();
      if (Files.isDirectory(folder)) {
        for (String part : Tables.documents(folder)) {
          parts.add(Tables.document(folder, part));
        }
      }
      return parts;
    }

    String key() {
      return scenario + " " + input;
    }

    @Override
    public String toString() {
      return key();
    }
  }

  static List<Promise> promises() throws IOException {
    List<Promise> promises = new ArrayList<>();
    for (String scenario : Tables.documents(SCENARIOS)) {
      List<MatchResult> found =
          PROMISE.matcher(Tables.document(SCENARIOS, scenario)).results().toList();
      assertThat(found).as(scenario + " promises something").isNotEmpty();
      for (MatchResult each : found) {
        JsonNode input = JSON.readTree(each.group(1));
        boolean isFault = each.group(2) != null;
        promises.add(new Promise(scenario, input, isFault, JSON.readTree(each.group(3))));
      }
    }
    return promises;
  }

  @ParameterizedTest
  @MethodSource("promises")
  void givesWhatItPromises(Promise promise) throws IOException {
    Stage stage =
        Stage.echoing(Stage.compiled(promise.source()))
            .with(promise.parts().stream().map(Stage::compiled).toList())
            .play(promise.input().toString());

    JsonNode given = promise.isFault() ? parts(stage.fault()) : JSON.readTree(stage.outputJson());
    if (promise.isFault()) {
      promise
          .given()
          .properties()
          .forEach(
              part ->
                  assertThat(given.path(part.getKey()))
                      .as(part.getKey())
                      .isEqualTo(part.getValue()));
    } else {
      assertThat(given).isEqualTo(promise.given());
    }
  }

  private static JsonNode parts(Problem problem) {
    return JSON.createObjectNode()
        .put("type", problem.type())
        .put("status", problem.status())
        .put("title", problem.title())
        .put("detail", problem.detail())
        .put("instance", problem.instance());
  }

  @ParameterizedTest
  @MethodSource("promises")
  void theSdkGivesTheSameOrWhatTheTableSays(Promise promise)
      throws IOException, InterruptedException, TimeoutException {
    String ours =
        promise.isFault()
            ? "! " + promise.given().path("status") + " " + promise.given().path("type").asText()
            : promise.given().toString();
    String expected = differences().getOrDefault(promise.key(), ours);
    if (expected.equals(VARIES)) {
      return;
    }

    String theirs = second.play(promise.source(), promise.parts(), promise.input());

    if (theirs.startsWith("!") || theirs.startsWith("throws")) {
      assertThat(theirs).isEqualTo(expected);
    } else {
      assertThat(JSON.readTree(theirs)).isEqualTo(JSON.readTree(expected));
    }
  }

  /** What the SDK gives instead, for each scenario and input. */
  private static Map<String, String> differences() throws IOException {
    Map<String, String> differences = new TreeMap<>();
    for (String[] cells : Tables.section(Tables.SPECIFICATION, "Runs", 4)) {
      differences.put(cells[0] + " " + JSON.readTree(cells[1]), cells[2]);
    }
    return differences;
  }

  @Test
  void everyDifferenceIsOfAPromise() throws IOException {
    List<String> keys = promises().stream().map(Promise::key).toList();
    assertThat(keys).doesNotHaveDuplicates().containsAll(differences().keySet());
    for (String[] cells : Tables.section(Tables.SPECIFICATION, "Runs", 4)) {
      assertThat(cells[3]).as(cells[0]).isNotEmpty();
    }
  }
}
