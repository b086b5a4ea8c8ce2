package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Compilation.Broken;
import io.corale.flow.Compilation.Compiled;
import io.corale.flow.Compilation.Lacking;
import io.corale.flow.proto.ProtoMethod;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.CallSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code call: grpc} asks for, and what is found wrong before it does. */
class RpcTest {
  private static final String ADDRESS = "https://example.com/greeter.proto";
  private static final String PROTO =
      """
      // Says hello.
      syntax = "proto3";
      package acme.greeting;

      import "google/protobuf/timestamp.proto";
      import "google/protobuf/struct.proto";
      import "google/protobuf/wrappers.proto";
      import "google/api/annotations.proto";

      option java_package = "com.acme";

      service Greeter {
        rpc Greet(GreetRequest) returns (Greeting) {
          option (google.api.http) = { post: "/v1/greet" body: "*" };
        }
        rpc Watch(GreetRequest) returns (stream Greeting);
        rpc Lost(other.Unknown) returns (Greeting);
      }

      message GreetRequest {
        reserved 9, 12 to 15;
        enum Tone { PLAIN = 0; WARM = 1; }
        message Person { string given_name = 1; int32 age = 2; Person friend = 3; }
        Person who = 1;
        Tone tone = 2 [deprecated = true];
        repeated int64 numbers = 3;
        map<string, Person> by_name = 4;
        oneof how { string by_mail = 5; string by_phone = 6; }
        optional uint32 times = 7 [json_name = "often"];
        google.protobuf.Timestamp at = 8;
        google.protobuf.Struct more = 10;
        google.protobuf.DoubleValue weight = 11;
        bytes raw = 16;
        bool loud = 17;
      }
      message Greeting { string text = 1; }
      message Unused { other.Unknown unknown = 1; }
      """;

  private static String source(String with) {
    return "document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}\n"
        + "do:\n"
        + "  - greet:\n"
        + "      call: grpc\n"
        + "      with: {proto: {endpoint: '"
        + ADDRESS
        + "'}, "
        + with
        + "}\n";
  }

  @Test
  void showsWhoCallsAndWritesDownWhatIsData() throws IOException {
    Composition composition =
        Stage.compiled(
            """
            document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}
            use: {secrets: [pass]}
            do:
              - weigh:
                  call: grpc
                  with:
                    proto:
                      endpoint: scale.proto
                      content: |
                        syntax = "proto3";
                        service Scale { rpc Weigh(Crate) returns (Crate); }
                        message Crate { int32 number = 1; }
                    service:
                      name: Scale
                      host: scale.example
                      authentication: {basic: {username: '${ .who }', password: '${ $secrets.pass }'}}
                    method: Weigh
            """);

    assertThat(Stage.echoing(composition).play("{\"who\": \"ada\"}").outputJson())
        .contains("\"authentication\":{\"username\":\"ada\"}")
        .doesNotContain("password");
    assertThat(composition.functions().values())
        .singleElement()
        .satisfies(
            function -> assertThat(function.secrets("grpc").names()).containsExactly("pass"));
  }

  private static String greeting(String arguments) {
    return source(
        "service: {name: acme.greeting.Greeter, host: greeter.example, port: 8443}, method: Greet,"
            + " arguments: "
            + arguments);
  }

  private static Compilation compile(String source) {
    return Compiler.compile(
        source, address -> Optional.of(PROTO).filter(p -> address.equals(ADDRESS)));
  }

  private static Composition compiled(String source) {
    Compilation compilation = compile(source);
    assertThat(compilation).as(String.valueOf(compilation)).isInstanceOf(Compiled.class);
    return ((Compiled) compilation).composition();
  }

  private static List<Diagnostic> broken(String source) {
    Compilation compilation = compile(source);
    assertThat(compilation).isInstanceOf(Broken.class);
    return ((Broken) compilation).diagnostics();
  }

  private static Problem fault(String arguments, String input) {
    return Stage.echoing(compiled(greeting(arguments))).play(input).fault();
  }

  @Test
  void asksForACallOnSlotsOfItsOwnAccount() {
    Stage stage =
        Stage.echoing(
                compiled(
                    greeting(
                        "{who: {givenName: '${ .name }', age: 7}, tone: WARM, numbers: [1, '${ .n"
                            + " }'], by_name: {a: {age: '${ .n }'}}, often: 2}")))
            .play("{\"name\":\"Ada\",\"n\":9}");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"host\":\"greeter.example\",\"port\":8443,\"service\":\"acme.greeting.Greeter\","
                + "\"method\":\"Greet\",\"arguments\":{\"by_name\":{\"a\":{\"age\":9}},"
                + "\"numbers\":[1,9],\"often\":2,\"tone\":\"WARM\","
                + "\"who\":{\"age\":7,\"givenName\":\"Ada\"}}}");
    CallSpec call = stage.calls.get(0);
    assertThat(call.account().value()).isEqualTo("grpc");
    assertThat(call.timeoutMicros()).isEqualTo(30_000_000);
  }

  @Test
  void takesTargetAndArgumentsFromExpressions() {
    Stage stage =
        Stage.echoing(
                compiled(
                    source(
                        "service: {name: Greeter, host: '${ .host }', port: '${ .port }'},"
                            + " method: Greet, arguments: '${ .given }'")))
            .play("{\"host\":\"h\",\"port\":7,\"given\":{\"loud\":true}}");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"host\":\"h\",\"port\":7,\"service\":\"acme.greeting.Greeter\","
                + "\"method\":\"Greet\",\"arguments\":{\"loud\":true}}");
  }

  @Test
  void callsByTheNameOfAFunctionWithItsInput() {
    Composition composition =
        compiled(
            """
            document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}
            use:
              functions:
                greet:
                  call: grpc
                  with:
                    proto: {endpoint: 'https://example.com/greeter.proto'}
                    service: {name: Greeter, host: greeter.example}
                    method: Greet
                    arguments: {who: '${ .person }'}
                  metadata: {account: near, timeout: PT2S, retry: {attempts: 3}}
            do:
              - one: {call: greet, with: {person: {age: '${ .n }'}}}
            """);

    Stage stage = Stage.echoing(composition).play("{\"n\":1}");

    assertThat(stage.outputJson()).contains("\"arguments\":{\"who\":{\"age\":1}}");
    assertThat(stage.calls.get(0).account().value()).isEqualTo("near");
    assertThat(stage.calls.get(0).retry().attempts()).isEqualTo(3);
  }

  @Test
  void keepsOfTheDescriptionWhatTheMethodNeeds() {
    Composition linked = compiled(greeting("{loud: true}"));

    assertThat(linked.canonical().json())
        .contains("rpc Greet(.acme.greeting.GreetRequest)", "map<string, ")
        .doesNotContain("Unused", "Watch", "Lost", "Says hello", "google.api", "java_package");
    Composition again = Stage.compiled(linked.canonical().json());
    assertThat(again.canonical()).isEqualTo(linked.canonical());
    assertThat(descriptor(again)).isEqualTo(descriptor(linked));
  }

  private static String descriptor(Composition composition) {
    return composition
        .functions()
        .values()
        .iterator()
        .next()
        .implementations()
        .get(0)
        .settings()
        .getOrDefault(RpcSpec.DESCRIPTOR, "");
  }

  @Test
  void theDescriptorIsThatOfTheMethod() {
    ProtoMethod method = ProtoMethod.of(descriptor(compiled(greeting("{loud: true}"))));

    assertThat(method.service()).isEqualTo("acme.greeting.Greeter");
    assertThat(method.name()).isEqualTo("Greet");
    assertThat(method.takes().findFieldByName("who").getMessageType().getFullName())
        .isEqualTo("acme.greeting.GreetRequest.Person");
    assertThat(method.takes().findFieldByName("times").hasPresence()).isTrue();
    assertThat(method.gives().getFullName()).isEqualTo("acme.greeting.Greeting");
  }

  @Test
  void aDescriptionThatIsNotAtHandIsANeed() {
    Compilation compilation = Compiler.compile(greeting("{anything: [1]}"));

    assertThat(compilation).isInstanceOf(Lacking.class);
    assertThat(((Lacking) compilation).needs())
        .extracting(Need::toString)
        .containsExactly("5:21: needs " + ADDRESS);
  }

  /** A wrong argument is found in the document, at its place, with the word that was meant. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{whom: {}} | has no field 'whom' | did you mean 'who'?",
        "{who: {age: seven}} | field 'age' must be a whole number of 32 bits |",
        "{who: {age: 3000000000}} | field 'age' must be a whole number of 32 bits |",
        "{who: {age: 1.5}} | field 'age' must be a whole number of 32 bits |",
        "{times: -1} | field 'often' must be a whole number of 32 bits, not below 0 |",
        "{who: [1]} | field 'who' must be an object |",
        "{who: {friend: {friend: {agee: 1}}}} | has no field 'agee' | did you mean 'age'?",
        "{tone: COLD} | field 'tone' must be one of PLAIN, WARM |",
        "{numbers: 1} | field 'numbers' must be a list |",
        "{numbers: [1, a]} | an item of field 'numbers' must be a whole number of 64 bits |",
        "{numbers: ['1e999999999']} | an item of field 'numbers' must be a whole number |",
        "{by_name: {a: 1}} | a value of field 'byName' must be an object |",
        "{by_mail: a, by_phone: b} | only one of 'by_mail' and 'by_phone' can be given |",
        "{by_name: {}, byName: {}} | only one of |",
        "{at: 7} | field 'at' must be a time |",
        "{more: [1]} | field 'more' must be an object |",
        "{weight: heavy} | field 'weight' must be a number |",
        "{raw: 'a*b'} | field 'raw' must be a string in base64 |",
        "{loud: 1} | field 'loud' must be true or false |",
        "{who: {given_name: 7}} | field 'givenName' must be a string |",
        "[1] | arguments must be an object |",
        "seven | arguments must be an object |",
      })
  void refusesConstantsThatMakeNoMessage(String arguments, String message, String hint) {
    List<Diagnostic> diagnostics = broken(greeting(arguments));

    assertThat(diagnostics).hasSize(1);
    assertThat(diagnostics.get(0).message()).contains(message);
    assertThat(diagnostics.get(0).hint()).isEqualTo(hint == null ? "" : hint);
    assertThat(diagnostics.get(0).line()).isEqualTo(5);
  }

  @Test
  void pointsAtTheArgumentThatIsWrong() {
    String source = greeting("{who: {age: 1, agee: 2}}");

    assertThat(broken(source).get(0).column())
        .isEqualTo(source.lines().toList().get(4).indexOf("agee") + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":{\"whom\":1}} | message acme.greeting.GreetRequest has no field 'whom', at whom",
        "{\"a\":{\"who\":{\"age\":\"x\"}}} | field 'age' must be a whole number of 32 bits, at"
            + " who.age",
        "{\"a\":7} | the arguments must be an object",
      })
  void findsWhatAnExpressionGivesWrongBeforeAnythingIsSent(String input, String detail) {
    Problem problem = fault("'${ .a }'", input);

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.instance()).isEqualTo("/do/0/greet/with/arguments");
    assertThat(problem.detail()).isEqualTo(detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"host\":\"a b\",\"port\":1} | the host of a service",
        "{\"host\":7,\"port\":1} | the host of a service",
        "{\"host\":\"ann@h\",\"port\":1} | the host of a service",
        "{\"host\":\"h\",\"port\":0} | the port of a service",
        "{\"host\":\"h\",\"port\":\"80\"} | the port of a service",
      })
  void refusesATargetThatIsNone(String input, String detail) {
    Composition composition =
        compiled(
            source(
                "service: {name: Greeter, host: '${ .host }', port: '${ .port }'}, method:"
                    + " Greet"));

    Problem problem = Stage.echoing(composition).play(input).fault();

    assertThat(problem.detail()).startsWith(detail);
    assertThat(problem.instance()).isEqualTo("/do/0/greet/with/service");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Greeter | Watch | method 'Watch' streams |",
        "Greeter | Gret | has no method 'Gret' | did you mean 'Greet'?",
        "Greetr | Greet | has no service 'Greetr' | it has: acme.greeting.Greeter",
        "Greeter | Lost | the type 'other.Unknown' is not known | imports other than"
            + " google/protobuf/*.proto are not followed: google/api/annotations.proto; write what"
            + " is needed of them into one file",
      })
  void refusesMethodsThatCannotBeCalled(
      String service, String method, String message, String hint) {
    List<Diagnostic> diagnostics =
        broken(source("service: {name: " + service + ", host: h}, method: " + method));

    assertThat(diagnostics).hasSize(1);
    assertThat(diagnostics.get(0).message()).contains(message);
    assertThat(diagnostics.get(0).hint()).isEqualTo(hint == null ? "" : hint);
  }

  @Test
  void boundsTheDescription() {
    Compilation compilation =
        Compiler.compile(
            greeting("{}"),
            address -> Optional.of("syntax = \"proto3\";" + " ".repeat(Links.MAX_RESOURCE_BYTES)));

    assertThat(((Broken) compilation).diagnostics().get(0).message()).contains("the limit is");
  }

  @Test
  void isDrawnByServiceAndMethod() {
    assertThat(String.valueOf(Sketch.of(compiled(greeting("{}")))))
        .contains("call grpc acme.greeting.Greeter/Greet");
  }

  @Test
  void eachTaskKeepsItsOwnPartOfOneDescription() {
    String source =
        """
        document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}
        do:
          - a: {call: grpc, with: {proto: {endpoint: p}, service: {name: S, host: h}, method: A}}
          - b: {call: grpc, with: {proto: {endpoint: p}, service: {name: S, host: h}, method: B}}
        """;
    Map<String, String> texts =
        Map.of(
            "p",
            "syntax = \"proto3\"; message X {} message Y { int32 n = 1; }"
                + " service S { rpc A(X) returns (X); rpc B(Y) returns (Y); }");

    Compilation compilation =
        Compiler.compile(source, address -> Optional.ofNullable(texts.get(address)));

    assertThat(compilation).isInstanceOf(Compiled.class);
    Composition linked = ((Compiled) compilation).composition();
    assertThat(Stage.compiled(linked.canonical().json()).canonical()).isEqualTo(linked.canonical());
    assertThat(linked.functions()).containsOnlyKeys("a#1", "b#2");
  }
}
