package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Compilation.Broken;
import io.corale.flow.Compilation.Compiled;
import io.corale.flow.Compilation.Lacking;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** External resources become part of a composition, or are said to be missing. */
class LinksTest {
  private static final String HEAD =
      "document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}\n";
  private static final String NUMBER = "https://example.com/number.yaml";
  private static final String REFERS =
      HEAD
          + "input: {schema: {resource: {endpoint: '"
          + NUMBER
          + "', name: number}}}\n"
          + "do: [{a: {set: '${ . }'}}]";

  private static Resources holding(Map<String, String> texts) {
    return address -> Optional.ofNullable(texts.get(address));
  }

  private static Compilation linked(String source, String address, String text) {
    return Compiler.compile(source, holding(Map.of(address, text)));
  }

  private static Composition whole(Compilation compilation) {
    assertThat(compilation).isInstanceOf(Compiled.class);
    return ((Compiled) compilation).composition();
  }

  private static Diagnostic only(Compilation compilation) {
    assertThat(compilation).isInstanceOf(Broken.class);
    assertThat(((Broken) compilation).diagnostics()).hasSize(1);
    return ((Broken) compilation).diagnostics().get(0);
  }

  @Test
  void whatIsNotAtHandIsANeedAndNoError() {
    Compilation compilation = Compiler.compile(REFERS);

    assertThat(compilation).isInstanceOf(Lacking.class);
    assertThat(((Lacking) compilation).needs())
        .extracting(Need::toString)
        .containsExactly("2:28: needs " + NUMBER);
  }

  @Test
  void whatIsAtHandBecomesPartOfTheCanonicalForm() {
    Composition composition = whole(linked(REFERS, NUMBER, "# a comment\ntype: number\n"));

    assertThat(composition.canonical().json())
        .contains("{\"content\":{\"type\":\"number\"},\"endpoint\":\"" + NUMBER + "\"");
    assertThat(Stage.echoing(composition).play("5").outputJson()).isEqualTo("5");
    assertThat(Stage.echoing(composition).play("\"five\"").fault().instance())
        .isEqualTo("/input/schema");
  }

  @Test
  void theLinkedFormNeedsNothingAndIsItsOwnCanonicalForm() {
    Composition linked = whole(linked(REFERS, NUMBER, "{\"type\": \"number\"}"));

    Composition again = whole(Compiler.compile(linked.canonical().json()));

    assertThat(again.canonical()).isEqualTo(linked.canonical());
    assertThat(again.digest()).isEqualTo(linked.digest());
  }

  @Test
  void anotherContentIsAnotherVersion() {
    assertThat(whole(linked(REFERS, NUMBER, "type: number")).digest())
        .isEqualTo(whole(linked(REFERS, NUMBER, "{type: number}")).digest())
        .isNotEqualTo(whole(linked(REFERS, NUMBER, "type: string")).digest());
  }

  @Test
  void contentInTheCompositionIsAskedForNowhere() {
    String inline = REFERS.replace("name: number", "content: {type: number}");
    String text = REFERS.replace("name: number", "content: 'type: number'");

    assertThat(whole(linked(inline, NUMBER, "type: string")).canonical().json())
        .contains("\"content\":{\"type\":\"number\"}");
    assertThat(whole(Compiler.compile(text)).canonical())
        .isEqualTo(whole(Compiler.compile(inline)).canonical());
  }

  @Test
  void whatIsWrongInAResourceIsNamedWithItsPlaceInBoth() {
    Diagnostic schema = only(linked(REFERS, NUMBER, "title: x\ntype: numbr"));
    Diagnostic yaml = only(linked(REFERS, NUMBER, "a: [1"));

    assertThat(schema.toString()).startsWith("2:28: " + NUMBER + ":2:7: ").contains("'type' must");
    assertThat(yaml.toString()).startsWith("2:28: " + NUMBER + ":").contains("not YAML");
  }

  @Test
  void aResourceMayBeNamedInSeveralPlacesAndIsNeededOnce() {
    String twice = REFERS.replace("do: [{a: {", "do: [{a: {input: " + side() + ", ");

    assertThat(((Lacking) Compiler.compile(twice)).needs()).hasSize(1);
    assertThat(whole(linked(twice, NUMBER, "type: number")).canonical().json().split("content"))
        .hasSize(3);
  }

  private static String side() {
    return "{schema: {resource: {endpoint: {uri: '" + NUMBER + "'}}}}";
  }

  @Test
  void anAliasIsLinkedWhereverItStands() {
    String aliased =
        HEAD
            + "input: {schema: &s {resource: {endpoint: a.yaml}}}\n"
            + "output: {schema: *s}\n"
            + "do: [{a: {set: '${ . }'}}]";

    assertThat(whole(linked(aliased, "a.yaml", "type: number")).canonical().json().split("content"))
        .hasSize(3);
  }

  @Test
  void theWholeMustFitIntoTheCanonicalForm() {
    String large = "{\"description\": \"" + "x".repeat(Composition.MAX_CANONICAL_BYTES) + "\"}";

    Diagnostic found = only(linked(REFERS, NUMBER, large));

    assertThat(found.message()).contains("and with its resources, the limit is 81920");
  }

  @Test
  void aResourceHasABoundOfItsOwn() {
    String large = "#" + "x".repeat(Links.MAX_RESOURCE_BYTES);

    Diagnostic found = only(linked(REFERS, NUMBER, large));

    assertThat(found.message()).contains("a resource of 524289 bytes, the limit is 524288");
  }

  @Test
  void differentResourcesAreCounted() {
    StringBuilder tasks = new StringBuilder(HEAD + "do:\n");
    for (int i = 0; i <= Links.MAX_RESOURCES; i++) {
      tasks.append(
          "  - t%d: {set: {x: 1}, input: {schema: {resource: {endpoint: s%d}}}}\n".formatted(i, i));
    }

    Diagnostic found = only(Compiler.compile(tasks.toString()));

    assertThat(found.line()).isEqualTo(Links.MAX_RESOURCES + 3);
    assertThat(found.message()).contains("more than 32 external resources");
  }

  @Test
  void theWholeMustBeReadableAgain() {
    String deep = "[".repeat(55) + "]".repeat(55);
    String side = "input: {schema: {resource: {endpoint: s}}}";
    String source =
        HEAD
            + "do: ["
            + "{d: {try: [{x: {set: {x: 1}}}], catch: {do: [".repeat(60)
            + ("{a: {set: {x: 1}, " + side + "}}")
            + "]}}}".repeat(60)
            + "]";

    Diagnostic found = only(linked(source, "s", "{\"examples\": " + deep + "}"));

    assertThat(found.message()).contains("nested too deep with its resources");
    assertThat(linked(source, "s", "{}")).isInstanceOf(Compiled.class);
  }

  private static final String FUNCTION =
      "{call: faas, with: {implementations: [{id: one, account: a, timeout: PT5S}]}}";

  @Test
  void aFunctionOfTheOwnersCatalogIsNeededByItsName() {
    Compilation lacking = Compiler.compile(HEAD + "do: [{a: {call: 'f:1.0.0@default'}}]");

    assertThat(((Lacking) lacking).needs())
        .extracting(Need::toString)
        .containsExactly("2:17: needs f:1.0.0@default");
  }

  @Test
  void aFunctionOfAnotherCatalogStandsBelowItsEndpoint() {
    String source =
        HEAD
            + "use: {catalogs: {ours: {endpoint: {uri: 'https://example.com/c/'}}}}\n"
            + "do: [{a: {call: 'f:1.0.0@ours', with: {n: 1}}}]";

    Composition whole =
        whole(linked(source, "https://example.com/c/functions/f/1.0.0/function.yaml", FUNCTION));

    assertThat(Stage.echoing(whole).play("{}").outputJson()).isEqualTo("{\"n\":1}");
    assertThat(whole(Compiler.compile(whole.canonical().json()))).isEqualTo(whole);
  }

  @Test
  void theDefinitionTravelsUnderTheNameThatIsCalled() {
    String url = "https://example.com/f.yaml";
    String source = HEAD + "do: [{a: {call: '" + url + "'}}, {b: {call: '" + url + "'}}]";

    Composition whole = whole(linked(source, url, FUNCTION));

    assertThat(whole.functions()).containsOnlyKeys(url);
    assertThat(whole.canonical().json()).contains("\"use\":{\"functions\":{\"" + url + "\":{");
    assertThat(whole(Compiler.compile(whole.canonical().json()))).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "5", "{functions: []}"})
  void aBrokenUseIsReportedBesideWhatWasLinked(String use) {
    Compilation broken =
        linked(
            HEAD + "use: " + use + "\ndo: [{a: {call: 'f:1.0.0@default'}}]",
            "f:1.0.0@default",
            FUNCTION);

    assertThat(only(broken).message()).contains("must be an object");
  }

  @Test
  void whatIsWrongInAFunctionIsNamedWithItsPlace() {
    Diagnostic found =
        only(
            linked(
                HEAD + "do: [{a: {call: 'f:1.0.0@default'}}]",
                "f:1.0.0@default",
                "inptu: {}\n"
                    + FUNCTION.substring(1, FUNCTION.length() - 1).replace(", w", "\nw")));

    assertThat(found.toString())
        .startsWith("2:17: f:1.0.0@default:1:1: unknown key 'inptu' in function");
  }
}
