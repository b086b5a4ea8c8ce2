package io.corale.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Random compositions of all that the language has, mostly as it wants it: now and then a part is
 * missing, twice there, or another one's.
 */
final class RandomCompositions {
  private static final String HEAD =
      "document: {dsl: '1.0.3', namespace: test, name: fuzz, version: 1.0.0";

  private static final String FAAS =
      "{call: faas, with: {implementations: [{id: a, account: b, timeout: PT5S}]}}";

  private static final String PROTO =
      "{endpoint: 'https://h/s.proto', content: \"syntax = 'proto3'; service S { rpc M(A) returns"
          + " (A); } message A { int32 n = 1; repeated string l = 2; }\"}";

  private static final String API =
      "{endpoint: 'https://h/a.json', content: {openapi: 3.0.4, servers: [{url: /v}], paths:"
          + " {'/p/{id}': {get: {operationId: find, parameters: [{name: id, in: path, required:"
          + " true}, {name: q, in: query}]}}}}}";

  private final Random random;
  private final int care;
  private final RandomJq jq;
  private final List<String> callable = new ArrayList<>();

  /**
   * @param care of so many choices about one is wrong
   */
  RandomCompositions(Random random, int care) {
    this.random = random;
    this.care = care;
    this.jq = new RandomJq(random);
  }

  /** What there is outside of a composition, by address. */
  static Optional<String> at(String address) {
    return switch (address) {
      case "https://h/s.json" -> Optional.of("{type: object}");
      case "t:1.0.0@default" ->
          Optional.of(
              "input: {from: .}\n"
                  + "do: [{a: {call: http, with: {method: get, endpoint: 'https://h'}}}]");
      case "u:1.0.0@default" -> Optional.of(FAAS);
      case "https://h/c/functions/t/1.0.0/function.yaml" -> Optional.of("set: {x: 1}");
      case "v:1.0.0@default" -> Optional.of("do: [{a: {call: nothing}}]");
      case "w:1.0.0@default" -> Optional.of("{");
      default -> Optional.empty();
    };
  }

  String next() {
    callable.clear();
    List<String> parts = new ArrayList<>();
    parts.add(
        HEAD
            + maybe(
                6, ", metadata: {schedule: {overlap: " + rarely("x", any("skip", "wait")) + "}}")
            + "}");
    parts.add(rarely("x: {}", "use: " + use()));
    maybe(parts, 6, "schedule: " + schedule());
    maybe(parts, 6, "timeout: " + timeout());
    maybe(parts, 6, "input: {from: ." + schema() + "}");
    maybe(parts, 8, "evaluate: {mode: " + any("loose", "strict") + "}");
    parts.add("do: " + tasks(2));
    maybe(parts, 6, "output: {as: " + shape() + schema() + "}");
    return String.join("\n", parts) + "\n";
  }

  private String use() {
    List<String> parts = new ArrayList<>();
    parts.add("secrets: [k, login]");
    parts.add("functions: {" + functions() + "}");
    parts.add("authentications: {me: " + authentication() + "}");
    parts.add("retries: {r: " + retry() + "}");
    parts.add("timeouts: {t: {after: " + duration() + "}}");
    parts.add("errors: {e: " + error() + "}");
    parts.add("catalogs: {c: {endpoint: 'https://h/c'}}");
    maybe(parts, 4, "extensions: [{x: " + extension() + "}]");
    return "{" + String.join(", ", parts) + "}";
  }

  private String functions() {
    List<String> functions = new ArrayList<>(List.of("f: " + FAAS));
    callable.add("f");
    for (String name : List.of("g", "h")) {
      functions.add(name + ": {" + task(1) + "}");
      callable.add(name);
    }
    return String.join(", ", functions);
  }

  private String schedule() {
    return any(
        "{every: {minutes: 3}}",
        "{after: PT10S}",
        "{cron: '" + rarely("0 6 31 2 *", any("* * * * *", "*/5 9-17 * * MON")) + "'}",
        "{on: {any: [{with: {type: t}}]}}",
        rarely("{on: {one: " + filter() + "}}", "{every: PT1H}"));
  }

  private String authentication() {
    return any(
        "{basic: {username: a, password: " + secret() + "}}",
        "{basic: {use: login}}",
        "{bearer: {token: " + any(secret(), expression()) + "}}",
        "{digest: {username: " + expression() + ", password: p}}",
        "{oauth2: {authority: 'https://a', grant: "
            + rarely("password", any("client_credentials", "refresh_token"))
            + ", client: {id: i, secret: "
            + secret()
            + maybe(
                2,
                ", authentication: " + rarely("private_key_jwt", any("client_secret_jwt", "none")))
            + "}"
            + ", subject: {token: "
            + expression()
            + ", type: t}"
            + maybe(2, ", scopes: [a, " + expression() + "]")
            + "}}",
        rarely("{certificate: {}}", "{oidc: {use: login}}"));
  }

  private String secret() {
    return rarely(
        any("'${ $secrets.none }'", "'${ .a + $secrets.k }'"),
        any("'${ $secrets.k }'", "'${ $secrets.login.p }'"));
  }

  private String extension() {
    return "{extend: "
        + rarely("x", any("all", "call", "set", "composite", "listen"))
        + maybe(2, ", when: '$task.name == 1'")
        + maybe(2, ", before: " + tasks(1))
        + ", after: "
        + tasks(1)
        + "}";
  }

  private String retry() {
    return "{delay: "
        + duration()
        + maybe(2, ", backoff: {" + rarely("x", any("constant", "linear", "exponential")) + ": {}}")
        + maybe(
            2, ", limit: {attempt: {count: " + rarely("-1", any("1", "3")) + "}, duration: PT1M}")
        + maybe(3, ", jitter: {from: PT0S, to: " + duration() + "}")
        + "}";
  }

  private String error() {
    return "{type: 'https://e/"
        + any("a", "b")
        + "', status: "
        + rarely("77", any("400", "503"))
        + maybe(2, ", detail: " + expression())
        + "}";
  }

  private String timeout() {
    return any("{after: " + duration() + "}", "t");
  }

  private String duration() {
    return rarely(any("PT0S", "P1Y", "soon"), any("PT1S", "{seconds: 3}", "P1D"));
  }

  private String schema() {
    return maybe(
        3,
        ", schema: "
            + rarely(
                any("{format: avro, document: {}}", "{document: {type: thing}}"),
                any("{document: {type: object}}", "{resource: {endpoint: 'https://h/s.json'}}")));
  }

  private String tasks(int depth) {
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      tasks.add("{" + any("a", "b", "c") + i + ": {" + task(depth) + "}}");
    }
    return "[" + String.join(", ", tasks) + "]";
  }

  private String task(int depth) {
    List<String> parts = new ArrayList<>();
    maybe(parts, 4, "if: " + early());
    maybe(parts, 4, "input: {from: " + early() + schema() + "}");
    parts.add(work(depth));
    maybe(parts, 4, "output: {as: " + shape() + schema() + "}");
    maybe(parts, 6, "export: {as: " + expression() + "}");
    maybe(parts, 6, "timeout: " + timeout());
    maybe(parts, 4, "then: " + rarely(any("a0", "b1", "exit"), "continue"));
    maybe(
        parts,
        8,
        "metadata: {account: " + rarely("Z", any("x", "y")) + ", timeout: PT1S, parallelism: 3}");
    return String.join(", ", parts);
  }

  private String work(int depth) {
    return depth == 0
        ? leaf()
        : switch (random.nextInt(8)) {
          case 0 -> "do: " + tasks(depth - 1);
          case 1 ->
              "for: {each: x, in: " + any(expression(), "[1, 2]") + "}, do: " + tasks(depth - 1);
          case 2 -> "fork: {branches: " + tasks(depth - 1) + maybe(3, ", compete: true") + "}";
          case 3 -> "try: " + tasks(depth - 1) + ", catch: {" + handling(depth - 1) + "}";
          case 4 -> listen() + maybe(2, ", foreach: {item: y, do: " + tasks(depth - 1) + "}");
          default -> leaf();
        };
  }

  private String handling(int depth) {
    List<String> parts = new ArrayList<>();
    maybe(parts, 2, "errors: {with: {status: " + any("500", "503") + "}}");
    maybe(parts, 3, "as: problem");
    maybe(parts, 3, "when: .a");
    maybe(parts, 2, "retry: " + any("r", retry()));
    parts.add("do: " + tasks(depth));

    return String.join(", ", parts);
  }

  private String leaf() {
    return switch (random.nextInt(12)) {
      case 0, 1 ->
          "call: "
              + rarely("h", callable.get(random.nextInt(callable.size())))
              + maybe(2, ", with: {n: " + value(1) + "}");
      case 2 ->
          "call: "
              + rarely(
                  any(
                      "'v:1.0.0@default'",
                      "'w:1.0.0@default'",
                      "'t:1.0.0@x'",
                      "'https://h/n.yaml'"),
                  any("'t:1.0.0@default'", "'u:1.0.0@default'", "'t:1.0.0@c'"));
      case 3 -> "call: http, with: {" + request() + "}";
      case 4 ->
          "call: openapi, with: {document: "
              + API
              + ", operationId: "
              + rarely("fnid", "find")
              + ", parameters: {id: "
              + value(0)
              + maybe(2, ", q: " + value(1))
              + "}"
              + shown()
              + "}";
      case 5 ->
          "call: grpc, with: {proto: "
              + PROTO
              + ", service: {name: S, host: "
              + any("h", expression())
              + shown()
              + "}, method: "
              + rarely("N", "M")
              + ", arguments: {n: "
              + rarely("x", any("1", expression()))
              + "}}";
      case 6 ->
          "emit: {event: {with: {source: 'https://s', type: "
              + any("a", expression())
              + ", data: "
              + value(1)
              + "}}}";
      case 7 -> listen();
      case 8 ->
          "run: {workflow: {namespace: test, name: other"
              + maybe(2, ", input: " + value(1))
              + "}"
              + maybe(3, ", await: false")
              + maybe(40, ", return: code")
              + "}";
      case 9 -> any("wait: " + duration(), "raise: {error: " + any("e", error()) + "}");
      case 10 ->
          "switch: [{p: {when: "
              + expression()
              + ", then: "
              + any("exit", "continue")
              + "}}, {q: {then: "
              + rarely("b1", "continue")
              + "}}]";
      default -> "set: {k: " + value(1) + ", l: " + value(0) + "}";
    };
  }

  private String request() {
    return "method: "
        + rarely("x", any("get", "POST"))
        + ", endpoint: {uri: "
        + rarely("'ftp://h'", any("'https://h/{id}'", "'https://h'", expression()))
        + shown()
        + "}"
        + maybe(3, ", headers: {A: " + any("b", secret(), expression()) + "}")
        + maybe(3, ", query: {a: " + any("b", expression()) + "}")
        + maybe(3, ", body: " + value(2))
        + maybe(4, ", output: " + rarely("x", any("raw", "response")))
        + maybe(4, ", redirect: true");
  }

  private String shown() {
    return maybe(
        2, ", authentication: " + rarely(any("{use: you}", authentication()), "{use: me}"));
  }

  private String listen() {
    return "listen: {to: {"
        + any(
            "one: " + filter(),
            "any: [" + filter() + "], until: " + any("'length > 2'", "{one: " + filter() + "}"),
            "any: []",
            "all: [" + filter() + ", " + filter() + "]")
        + "}"
        + maybe(3, ", read: " + rarely("x", any("envelope", "raw")))
        + "}";
  }

  private String filter() {
    return "{with: {type: "
        + any("a", "b")
        + maybe(3, ", data: " + expression())
        + "}"
        + maybe(3, ", correlate: {c: {from: " + expression() + ", expect: " + expression() + "}}")
        + "}";
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0, 1 -> expression();
      case 2 -> any("1", "true", "null", "text");
      case 3 -> any("[]", "{}", "''");
      case 4 -> "[" + value(depth - 1) + ", " + value(depth - 1) + "]";
      default -> "{k: " + value(depth - 1) + "}";
    };
  }

  private String expression() {
    return bracketed(
        random.nextInt(20) == 0
            ? jq.expression(2)
            : any(".", ".a", "$context", "$input", "[.a]", "{k: .a}"));
  }

  /** One where the input is not there yet. */
  private String early() {
    return bracketed(any(".", ".a", "$context", "$workflow.id"));
  }

  private String shape() {
    return any(expression(), "{k: " + expression() + "}");
  }

  private static String bracketed(String text) {
    return "'" + ("${ " + text + " }").replace("'", "''") + "'";
  }

  /** What is good, but now and then. */
  private String rarely(String bad, String good) {
    return random.nextInt(care) == 0 ? bad : good;
  }

  private String maybe(int one, String text) {
    return random.nextInt(one) == 0 ? text : "";
  }

  private void maybe(List<String> parts, int one, String part) {
    if (random.nextInt(one) == 0) {
      parts.add(part);
    }
  }

  private String any(String... words) {
    return words[random.nextInt(words.length)];
  }
}
