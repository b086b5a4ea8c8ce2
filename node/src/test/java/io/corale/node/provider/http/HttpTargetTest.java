package io.corale.node.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.node.outward.http.Origin;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTargetTest {
  @ParameterizedTest
  @CsvSource({
    "http://f.example, '', f.example, 80, /",
    "http://f.example/, label, f.example, 80, /label",
    "http://f.example:8080, /label?size=2, f.example, 8080, /label?size=2",
    "https://f.example, label, f.example, 443, /label",
    "https://f.example:8443/x/, label, f.example, 8443, /x/label",
    "http://f.example/base, label, f.example, 80, /base/label",
    "http://f.example, @evil.example/x, f.example, 80, /@evil.example/x"
  })
  void joinsTheAccountsUrlAndTheImplementationsPath(
      String url, String path, String host, int port, String whole) {
    assertThat(read(url, Map.of("path", path)))
        .isEqualTo(
            new HttpTarget.Reading.Good(
                new HttpTarget(new Origin(url.startsWith("https"), host, port), whole, "POST")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f.example",
        "http://",
        "http://user@f.example",
        "http://f.example?a=b",
        "http://f .example",
        "ftp://f.example"
      })
  void saysWhatIsWrongWithAUrl(String url) {
    assertThat(HttpTarget.faults(new TreeMap<>(Map.of("url", url))))
        .singleElement()
        .asString()
        .contains("'url'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "f.example/limits",
        "http://",
        "https://user@f.example/limits",
        "https://f.example/limits#all",
        "https://f.example:70000/limits",
        "http://f .example",
        "file:///etc/limits"
      })
  void saysWhatIsWrongWithWhereLimitsAreAskedFor(String url) {
    assertThat(HttpTarget.faults(new TreeMap<>(Map.of("limits", url))))
        .singleElement()
        .asString()
        .startsWith("setting 'limits' ");
    assertThat(HttpTarget.asking(new TreeMap<>(Map.of("limits", url)))).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithWhatIsShownForLimits() {
    String url = "https://f.example/api/v1/namespaces/_/limits";

    assertThat(HttpTarget.faults(new TreeMap<>(Map.of("limits", url, "limits.secret", "whisk"))))
        .isEmpty();
    assertThat(HttpTarget.faults(new TreeMap<>(Map.of("limits", url, "limits.secret", "a b"))))
        .singleElement()
        .asString()
        .startsWith("setting 'limits.secret': the name of a secret");
    assertThat(HttpTarget.faults(new TreeMap<>(Map.of("limits.secret", "whisk"))))
        .containsExactly("setting 'limits.secret' is of no use without 'limits'");
  }

  @Test
  void namesSettingsThatAreUnknownOrMissing() {
    assertThat(HttpTarget.faults(new TreeMap<>(Map.of("key", "value"))))
        .singleElement()
        .asString()
        .contains("'key'")
        .contains("[limits, limits.secret, url]");
    assertThat(HttpTarget.faults(new TreeMap<>())).as("requests need none").isEmpty();
    assertThat(HttpTarget.read(new TreeMap<>(), new TreeMap<>()))
        .isInstanceOfSatisfying(
            HttpTarget.Reading.Bad.class, bad -> assertThat(bad.why()).contains("'url'"));
    assertThat(why("http://f.example", Map.of("paht", "/x"))).contains("'paht'");
    assertThat(why("http://f.example", Map.of("method", "GET"))).contains("'method'");
    assertThat(why("http://f.example", Map.of("path", "/a\r\nHost: evil"))).contains("'path'");
  }

  private static String why(String url, Map<String, String> target) {
    return ((HttpTarget.Reading.Bad) read(url, target)).why();
  }

  private static HttpTarget.Reading read(String url, Map<String, String> target) {
    return HttpTarget.read(new TreeMap<>(Map.of("url", url)), new TreeMap<>(target));
  }
}
