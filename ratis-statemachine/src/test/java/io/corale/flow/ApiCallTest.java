package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Problem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code call: openapi} makes the request that its document describes. */
class ApiCallTest {
  private static final String SWAGGER =
      """
      swagger: '2.0'
      host: pets.example
      basePath: /v2
      schemes: [https, http]
      consumes: [application/json]
      parameters:
        id: {name: petId, in: path, required: true, type: integer}
      definitions: {Pet: {type: object}}
      paths:
        x-order: [7]
        /pet/findByStatus:
          get:
            operationId: findPetsByStatus
            parameters:
              - {name: status, in: query, required: true, type: array, collectionFormat: multi}
              - {name: tags, in: query, type: array}
              - {name: X-Trace, in: header, type: string}
        /pet/{petId}:
          parameters: [{$ref: '#/parameters/id'}]
          get: {operationId: getPetById}
          post:
            operationId: updatePetWithForm
            consumes: [application/x-www-form-urlencoded]
            parameters:
              - {name: name, in: formData, type: string}
              - {name: status, in: formData, type: string}
        /pet:
          post:
            operationId: addPet
            consumes: [application/json, application/xml]
            parameters: [{name: pet, in: body, required: true, schema: {$ref: '#/definitions/Pet'}}]
        /pet/{petId}/uploadImage:
          post:
            operationId: uploadFile
            consumes: [multipart/form-data]
            parameters: [{$ref: '#/parameters/id'}, {name: file, in: formData, type: file}]
      """;

  private static final String OPENAPI =
      """
      openapi: 3.0.4
      servers:
        - url: '{scheme}://pets.example:{port}/api/v3/'
          variables: {scheme: {default: https}, port: {default: '8443'}}
      components:
        parameters:
          Limit: {name: limit, in: query, schema: {type: integer}}
        requestBodies:
          Pet: {required: true, content: {application/xml: {}, application/json: {schema: {type: object}}}}
      paths:
        /pets/{kind}/{petId}:
          parameters:
            - {name: kind, in: path, required: true, schema: {type: string}}
            - {name: petId, in: path, required: true, schema: {type: array}}
          get:
            operationId: getPet
            parameters:
              - {$ref: '#/components/parameters/Limit'}
              - {name: ids, in: query, explode: false, schema: {type: array}}
              - {name: more, in: query, schema: {type: array}}
              - {name: filter, in: query, content: {application/json: {}}}
              - {name: session, in: cookie, schema: {type: string}}
              - {name: theme, in: cookie, schema: {type: string}}
          put: {operationId: putPet, requestBody: {$ref: '#/components/requestBodies/Pet'}}
        /note:
          servers: [{url: /other}]
          post: {operationId: note, requestBody: {content: {text/plain: {}}}}
        /deep:
          get: {operationId: deep, parameters: [{name: q, in: query, style: deepObject}]}
      """;

  private static String call(String document, String operation, String parameters) {
    return "{call: openapi, with: {document: {endpoint: 'https://docs.example/api/pets.yaml',"
        + " content: "
        + quoted(document)
        + "}, operationId: "
        + operation
        + (parameters.isEmpty() ? "" : ", parameters: " + parameters)
        + "}}";
  }

  private static String quoted(String document) {
    return "\"" + document.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"") + "\"";
  }

  private static Stage play(String document, String operation, String parameters, String input) {
    return Stage.echoing(Plays.pure("do: [{a: " + call(document, operation, parameters) + "}]"))
        .play(input);
  }

  private static String swagger(String operation, String parameters) {
    return play(SWAGGER, operation, parameters, "{\"n\":7}").outputJson();
  }

  private static String openapi(String operation, String parameters) {
    return play(OPENAPI, operation, parameters, "{\"n\":7}").outputJson();
  }

  @Test
  void putsParametersWhereSwaggerSays() {
    assertThat(
            swagger(
                "findPetsByStatus",
                "{status: [available, 'so ld'], tags: [a, b], X-Trace: '${ .n }'}"))
        .isEqualTo(
            "{\"method\":\"GET\",\"uri\":\"https://pets.example/v2/pet/findByStatus"
                + "?status=available&status=so%20ld&tags=a%2Cb\",\"headers\":{\"X-Trace\":\"7\"}}");
    assertThat(swagger("getPetById", "{petId: '${ .n }'}"))
        .isEqualTo("{\"method\":\"GET\",\"uri\":\"https://pets.example/v2/pet/7\"}");
    assertThat(swagger("getPetById", "'${ {petId: \"../x?y\"} }'"))
        .isEqualTo("{\"method\":\"GET\",\"uri\":\"https://pets.example/v2/pet/..%2Fx%3Fy\"}");
    assertThat(swagger("addPet", "{pet: {name: '${ .n }'}}"))
        .isEqualTo(
            "{\"method\":\"POST\",\"uri\":\"https://pets.example/v2/pet\",\"body\":{\"name\":7}}");
    assertThat(swagger("updatePetWithForm", "{petId: 1, name: Rex}"))
        .isEqualTo(
            "{\"method\":\"POST\",\"uri\":\"https://pets.example/v2/pet/1\",\"headers\":"
                + "{\"Content-Type\":\"application/x-www-form-urlencoded\"},"
                + "\"body\":{\"name\":\"Rex\",\"status\":null}}");
  }

  @Test
  void putsParametersWhereOpenApiSays() {
    assertThat(
            openapi(
                "getPet",
                "{kind: big dog, petId: [1, 2], limit: 3, ids: [4, 5], more: [6, 7], filter: {a:"
                    + " 1}, session: 's;s'}"))
        .isEqualTo(
            "{\"method\":\"GET\",\"uri\":\"https://pets.example:8443/api/v3/pets/big%20dog/1%2C2"
                + "?filter=%7B%22a%22%3A1%7D&ids=4%2C5&limit=3&more=6&more=7\","
                + "\"headers\":{\"Cookie\":\"session=s%3Bs\"}}");
    assertThat(openapi("putPet", "{kind: dog, petId: 1, body: {name: Rex}}"))
        .isEqualTo(
            "{\"method\":\"PUT\",\"uri\":\"https://pets.example:8443/api/v3/pets/dog/1\","
                + "\"body\":{\"name\":\"Rex\"}}");
    assertThat(openapi("note", "{requestBody: hello}"))
        .isEqualTo(
            "{\"method\":\"POST\",\"uri\":\"https://docs.example/other/note\","
                + "\"headers\":{\"Content-Type\":\"text/plain\"},\"body\":\"hello\"}");
  }

  /** What an expression gives is looked at when the request is made. */
  @ParameterizedTest
  @CsvSource({
    "getPet, '{\"kind\":\"dog\"}', the parameter 'petId' is required",
    "getPet, '{\"kind\":\"dog\",\"petId\":{}}', the parameter 'petId' cannot be an object",
    "getPet, '{\"kidn\":\"dog\"}', not 'kidn'",
    "putPet, '{\"kind\":\"dog\",\"petId\":1}', the parameter 'body' is required",
    "getPet, '[1]', must be an object"
  })
  void requiresWhatTheOperationRequires(String operation, String input, String why) {
    Problem problem = play(OPENAPI, operation, "'${ . }'", input).fault();

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.detail()).contains(why);
    assertThat(problem.instance()).isEqualTo("/do/0/a/with/parameters");
  }

  @ParameterizedTest
  @CsvSource({
    "findPetByStatus, {status: x}, the document has no operation 'findPetByStatus', did you mean"
        + " 'findPetsByStatus'?",
    "findPetsByStatus, {}, operation 'findPetsByStatus' requires the parameters: status, ''",
    "findPetsByStatus, '{status: [a], tag: [b]}', unknown key 'tag' in task 'a'.with.parameters,"
        + " did you mean 'tags'?",
    "uploadFile, {petId: 1}, of a kind that cannot be sent, ''",
  })
  void refusesWhatDoesNotFitTheDocument(
      String operation, String parameters, String message, String hint) {
    assertThat(broken(SWAGGER, operation, parameters))
        .anySatisfy(
            found -> {
              assertThat(found.message()).contains(message);
              assertThat(found.hint()).contains(hint == null ? "" : hint);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "'openapi: 2.0.0', no document of OpenAPI 3 or Swagger 2.0",
    "'[1]', must be an object",
    "'{openapi: 3.0.0, paths: {''/a/{b}'': {get: {operationId: x}}}}', which is no parameter",
    "'{openapi: 3.0.0, paths: {/a: {get: {operationId: x, parameters: [{$ref: ''#/no''}]}}}}',"
        + " leads nowhere",
    "'{openapi: 3.0.0, paths: {/a: {get: {operationId: x, parameters: [{$ref: ''b.yaml#/a''}]}}}}',"
        + " leads nowhere",
    "'{openapi: 3.0.0, servers: [{url: ''ftp://h''}], paths: {/a: {get: {operationId: x}}}}', must"
        + " begin with http",
    "'{openapi: 3.0.0, paths: {/a: {get: {operationId: x, parameters: [{name: q, in: query, style:"
        + " deepObject}]}}}}', the style 'deepObject'",
    "'{openapi: 3.0.0, a: {$ref: ''#/a''}, paths: {/a: {get: {operationId: x, parameters: [{$ref:"
        + " ''#/a''}]}}}}', references",
    "'{swagger: ''2.0'', paths: {/a: {post: {operationId: x, consumes: [multipart/form-data],"
        + " parameters: [{name: b, in: body}]}}}}', several parts"
  })
  void refusesADocumentThatCannotBeUsed(String document, String message) {
    assertThat(broken(document, "x", ""))
        .anySatisfy(found -> assertThat(found.message()).contains(message));
  }

  private static List<Diagnostic> broken(String document, String operation, String parameters) {
    Compilation compilation =
        Compiler.compile(
            "document: {dsl: '1.0.3', namespace: a, name: b, version: 1.0.0}\ndo: [{a: "
                + call(document, operation, parameters)
                + "}]");
    assertThat(compilation).isInstanceOf(Compilation.Broken.class);
    return ((Compilation.Broken) compilation).diagnostics();
  }

  @Test
  void isAFunctionWhoseInputIsWhatItIsCalledWith() {
    Composition composition =
        Plays.pure(
            "use: {functions: {pet: "
                + call(SWAGGER, "getPetById", "{petId: '${ .id }'}")
                + "}}\ndo: [{a: {call: pet, with: {id: '${ .n + 1 }'}}}]");

    assertThat(Stage.echoing(composition).play("{\"n\":7}").outputJson())
        .contains("https://pets.example/v2/pet/8");
  }

  /** Publishing fetches the document; what is stored has as much of it as the call needs. */
  @Test
  void needsItsDocumentUntilItIsLinked() {
    String source =
        """
        document: {dsl: '1.0.3', namespace: a, name: b, version: 1.0.0}
        do:
          - a:
              call: openapi
              with:
                document: {endpoint: 'https://docs.example/api/pets.yaml'}
                operationId: getPetById
                parameters: {petId: 7}
        """;
    Compilation alone = Compiler.compile(source);
    assertThat(alone)
        .isInstanceOfSatisfying(
            Compilation.Lacking.class,
            lacking ->
                assertThat(lacking.needs())
                    .extracting(Need::address)
                    .containsExactly("https://docs.example/api/pets.yaml"));

    Compilation linked = Compiler.compile(source, address -> Optional.of(SWAGGER));
    assertThat(linked).isInstanceOf(Compilation.Compiled.class);
    Composition composition = ((Compilation.Compiled) linked).composition();
    String canonical = composition.canonical().json();
    assertThat(canonical).contains("getPetById").doesNotContain("findPetsByStatus", "definitions");
    assertThat(Stage.echoing(Stage.compiled(canonical)).play("{}").outputJson())
        .contains("https://pets.example/v2/pet/7");
  }

  @Test
  void isDrawnByItsOperation() {
    Composition composition =
        Plays.pure("do: [{a: " + call(SWAGGER, "getPetById", "{petId: 1}") + "}]");

    assertThat(Outline.of(composition).root().nodes())
        .extracting(Outline.Node::does)
        .contains("call openapi getPetById");
  }

  /** What is kept of a document makes the same request as the whole. */
  @ParameterizedTest
  @CsvSource({
    "SWAGGER, findPetsByStatus",
    "SWAGGER, getPetById",
    "SWAGGER, addPet",
    "SWAGGER, updatePetWithForm",
    "OPENAPI, getPet",
    "OPENAPI, putPet",
    "OPENAPI, note"
  })
  void keepsWhatIsUsed(String which, String operation) {
    String document = which.equals("SWAGGER") ? SWAGGER : OPENAPI;
    Marked whole = SourceReader.read(document, new Findings()).orElseThrow();
    ApiReader.Found found = found(whole, operation).orElseThrow();
    ApiReader.Found again = found(found.kept(), operation).orElseThrow();

    assertThat(again.operation()).isEqualTo(found.operation());
    assertThat(again.kept().value()).isEqualTo(found.kept().value());
    assertThat(found.kept().value().toString())
        .doesNotContain("schema", "definitions", "components", "$ref")
        .hasSizeLessThan(document.length());
  }

  private static Optional<ApiReader.Found> found(Marked document, String operation) {
    Findings findings = new Findings();
    return ApiReader.read(
        document,
        "https://docs.example/api/pets.yaml",
        new ApiReader.Wanted(document, operation, findings),
        findings);
  }
}
