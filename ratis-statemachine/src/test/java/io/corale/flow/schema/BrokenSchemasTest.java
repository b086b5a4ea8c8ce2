package io.corale.flow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A schema that is none is refused when it is read, with place, keyword and what was expected. */
class BrokenSchemasTest {
  private static List<String> problems(String schema) {
    Reading reading = JsonSchema.compile(Schemas.json(schema));
    assertThat(reading).isInstanceOf(Reading.Broken.class);
    return ((Reading.Broken) reading).problems().stream().map(Problem::toString).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          5                                     | at '': a schema must be an object, true or false, found 5
          {"type": 5}                           | at '': 'type' must be a list of different strings, found 5
          {"type": "int"}                       | at '': 'type' must be one of null, boolean, object, array, number, string, integer, or a list of them, found "int"
          {"type": []}                          | at '': 'type' must be one of null, boolean, object, array, number, string, integer, or a list of them, found an array
          {"type": ["null", "null"]}            | at '': 'type' must be a list of different strings, found an array
          {"enum": "a"}                         | at '': 'enum' must be a list that is not empty, found "a"
          {"minimum": "1"}                      | at '': 'minimum' must be a number, found "1"
          {"multipleOf": 0}                     | at '': 'multipleOf' must be a number above 0, found 0
          {"multipleOf": 1e-99999999}           | at '': 'multipleOf' must be a number above 0, found 1E-99999999
          {"maxLength": -1}                     | at '': 'maxLength' must be a whole number from 0, found -1
          {"minItems": 1.5}                     | at '': 'minItems' must be a whole number from 0, found 1.5
          {"uniqueItems": "yes"}                | at '': 'uniqueItems' must be true or false, found "yes"
          {"required": "a"}                     | at '': 'required' must be a list of different strings, found "a"
          {"required": ["a", 1]}                | at '': 'required' must be a list of different strings, found an array
          {"dependentRequired": []}             | at '': 'dependentRequired' must be an object of lists of strings, found an array
          {"dependentRequired": {"a": "b"}}     | at '': 'dependentRequired' must be a list of different strings, found "b"
          {"properties": []}                    | at '': 'properties' must be an object of schemas, found an array
          {"properties": {"a~b/c": 5}}          | at '/properties/a~0b~1c': a schema must be an object, true or false, found 5
          {"items": [{}]}                       | at '/items': a schema must be an object, true or false, found an array; a list of them belongs to 'prefixItems'
          {"additionalItems": false}            | at '': 'additionalItems' is of an older draft; 'prefixItems' and 'items' do the same
          {"dependencies": {}}                  | at '': 'dependencies' is of an older draft; 'dependentRequired' and 'dependentSchemas' do the same
          {"allOf": []}                         | at '': 'allOf' must be a list that is not empty, found an array
          {"anyOf": [true, 7]}                  | at '/anyOf/1': a schema must be an object, true or false, found 7
          {"not": {"not": {"type": "x"}}}       | at '/not/not': 'type' must be one of null, boolean, object, array, number, string, integer, or a list of them, found "x"
          {"pattern": "("}                      | at '': 'pattern' is not in RE2's language: missing closing ): `(`
          {"pattern": "(?=a)"}                  | at '': 'pattern' is not in RE2's language: invalid or unsupported Perl syntax: `(?=` (RE2 has no lookaround, back references, atomic groups or possessive repetitions)
          {"pattern": "(a)\\\\1"}               | at '': 'pattern' is not in RE2's language: invalid escape sequence: `\\1` (RE2 has no lookaround, back references, atomic groups or possessive repetitions)
          {"patternProperties": {"(": true}}    | at '': 'patternProperties' is not in RE2's language: missing closing ): `(`
          {"pattern": "((a{100}){100}){100}"}   | at '': 'pattern' becomes more than 4000 instructions long once its repetitions are written out
          {"$ref": "http://example.com/x#/a"}   | at '': '$ref' leads to "http://example.com/x", and nothing is ever fetched; expected '#...', a place of this document
          {"$ref": "file:///etc/passwd"}        | at '': '$ref' leads to "file:///etc/passwd", and nothing is ever fetched; expected '#...', a place of this document
          {"$ref": "other.json"}                | at '': '$ref' leads to "other.json", and nothing is ever fetched; expected '#...', a place of this document
          {"$ref": "#/$defs/a"}                 | at '': '$ref' leads to "#/$defs/a", where no schema stands
          {"$ref": "#/enum/0", "enum": [{}]}    | at '': '$ref' leads to "#/enum/0", where no schema stands
          {"$ref": "#name"}                     | at '': '$ref' leads to "#name", where no schema stands
          {"$ref": 5}                           | at '': '$ref' must be a string, found 5
          {"$anchor": "a b"}                    | at '': '$anchor' must be a letter or '_', then letters, digits, '-', '_' or '.', found "a b"
          {"items": {"$id": "x"}}               | at '/items': '$id' may stand at the root only: it would make a second document
          {"$recursiveRef": "#"}                | at '': '$recursiveRef' is of an older draft; '$dynamicRef' or '$ref' do the same
          {"$schema": "http://json-schema.org/draft-07/schema#"} | at '': '$schema' must be "https://json-schema.org/draft/2020-12/schema", found "http://json-schema.org/draft-07/schema#"
          {"$ref": "#"}                         | at '': '$ref' leads back to itself without going deeper into the value, so it would never end
          {"properties": {"a": {"not": {"$ref": "#/properties/a"}}}} | at '/properties/a/not': '$ref' leads back to itself without going deeper into the value, so it would never end
          """)
  void isRefusedByName(String schema, String problem) {
    assertThat(problems(schema)).containsExactly(problem);
  }

  @Test
  void namesEverythingAtOnce() {
    assertThat(problems("{\"type\": 1, \"minimum\": \"x\", \"items\": {\"pattern\": \"[\"}}"))
        .hasSize(3);
  }

  @Test
  void namesTheReferencesOfACircleOnly() {
    String schema =
        """
        {"$ref": "#/$defs/in", "$defs": {
          "in": {"allOf": [{"$ref": "#/$defs/there"}]},
          "there": {"if": {"$ref": "#/$defs/back"}},
          "back": {"$ref": "#/$defs/there"},
          "out": {"items": {"$ref": "#/$defs/out"}}}}
        """;

    assertThat(problems(schema))
        .allMatch(problem -> problem.contains("leads back to itself"))
        .extracting(problem -> problem.substring(0, problem.indexOf("':")))
        .containsExactly("at '/$defs/there/if", "at '/$defs/back");
  }

  @Test
  void anAnchorStandsOnce() {
    assertThat(problems("{\"$anchor\": \"a\", \"items\": {\"$anchor\": \"a\"}}"))
        .containsExactly("at '/items': '$anchor' names 'a', which names another place already");
  }
}
