package io.corale.deploy;

import io.corale.client.cli.Exit;
import io.corale.model.Payload;
import io.corale.node.door.Credentials;
import java.util.stream.Stream;

/** Command lines and configurations with one fault each. */
final class BrokenCommands {
  private static final String OTHER_CONTENT =
      """
      document: {dsl: '1.0.3', namespace: acme, name: chain, version: 1.0.0}
      do:
        - first: {set: {a: 1}}
      """;

  private BrokenCommands() {}

  static Stream<BrokenInput> all() {
    return Stream.of(words(), accounts(), secrets(), links(), runs(), callers())
        .flatMap(rows -> rows);
  }

  private static Stream<BrokenInput> words() {
    return Stream.of(
        usage("a command that is misspelt", "publsh FILE", "publsh", "publish"),
        usage("an option that is misspelt", "run chain --inptu 1", "'--inptu'", "--input"),
        usage("a file that is not there", "publish nowhere.yaml", "nowhere.yaml", "no such file"),
        usage("a node without a port", "nodes --nodes localhost", "localhost", "host:port"),
        usage(
                "a time scale of zero",
                "import wfformat FILE --time-scale 0",
                "time scale",
                "above 0")
            .withFile(
                "{\"name\":\"w\",\"schemaVersion\":\"1.5\",\"workflow\":{\"specification\":"
                    + "{\"tasks\":[{\"id\":\"a\",\"name\":\"a\",\"parents\":[],\"children\":[]}]},"
                    + "\"execution\":{\"tasks\":[{\"id\":\"a\",\"runtimeInSeconds\":1,"
                    + "\"command\":{\"program\":\"p\"}}]}}}"),
        usage("a record that is no workflow", "import wfformat FILE --time-scale 1", "input.yaml: ")
            .withFile("{\"name\": 1}"),
        of(
                "other content under a published version",
                Exit.REFUSED,
                "publish FILE",
                "conflict: ",
                "chain:1.0.0")
            .withFile(OTHER_CONTENT));
  }

  private static Stream<BrokenInput> accounts() {
    return Stream.of(
        usage(
            "a limit of zero",
            "account put cheap --provider sim --limit 0",
            "limit of scope 'account' must be from 1 to 1000000, was 0"),
        usage(
            "a scope that hangs nowhere",
            "account put cheap --provider sim --limit 4 --scope label=nowhere:2",
            "account 'cheap': scope 'label' has no scope 'nowhere' before it"),
        usage(
            "a scope without a limit",
            "account put cheap --provider sim --limit 4 --scope label",
            "--scope 'label': expected NAME:N or NAME=PARENT:N"),
        usage(
            "a rate without a window",
            "account put cheap --provider sim --limit 4 --rate 9",
            "--rate '9': expected N/s or N/min"),
        usage(
            "a rate of a scope that is not there",
            "account put cheap --provider sim --limit 4 --scope label:2 --rate lable:9/s",
            "--rate 'lable:9/s': there is no scope 'lable': expected one of [account, label]"),
        usage(
            "a ramp with a bad interval",
            "account put cheap --provider sim --limit 4 --ramp 2+1/3s",
            "--ramp '2+1/3s': '3s' is not a duration: expected ISO 8601, such as PT30S"),
        of(
            "an account that is not there",
            Exit.NOT_FOUND,
            "account show cheap",
            "not found: owner 'acme' has no account 'cheap' in its cell"),
        of(
            "a provider that nobody has",
            Exit.REFUSED,
            "account put cheap --provider sin --limit 4",
            "invalid: account 'cheap'",
            "'sin'",
            "sim"),
        of(
            "a setting that the provider does not know",
            Exit.REFUSED,
            "account put cheap --provider sim --limit 4 --set latncy=PT1S",
            "invalid: account 'cheap': setting 'latncy' is not known to provider sim",
            "latency"),
        of(
            "a setting with a bad duration",
            Exit.REFUSED,
            "account put cheap --provider sim --limit 4 --set latency=fast",
            "setting 'latency' must be a duration such as PT0.1S, was 'fast'"));
  }

  private static final String LINKS =
      """
      document: {dsl: '1.0.3', namespace: acme, name: links, version: 1.0.0}
      do:
        - first: {set: {a: 1}, output: {schema: {resource: {endpoint: 'ADDRESS'}}}}
      """;

  private static Stream<BrokenInput> links() {
    return Stream.of(
        usage(
                "a resource that is not there",
                "publish FILE",
                "input.yaml:3:54: resource nowhere.json cannot be read: there is no such file")
            .withFile(LINKS.replace("ADDRESS", "nowhere.json")),
        usage(
                "a resource that is not below the composition",
                "publish FILE",
                "input.yaml:3:54: resource /etc/hostname cannot be read: it is not below ",
                "--files DIRECTORY")
            .withFile(LINKS.replace("ADDRESS", "/etc/hostname")),
        usage(
                "a resource that nobody serves",
                "publish FILE",
                "input.yaml:3:54: resource http://localhost:1/s.json cannot be read: ")
            .withFile(LINKS.replace("ADDRESS", "http://localhost:1/s.json")),
        usage(
                "a resource that nobody serves, checked beforehand",
                "validate --link FILE",
                "input.yaml:3:54: resource nowhere.json cannot be read: there is no such file")
            .withFile(LINKS.replace("ADDRESS", "nowhere.json")),
        of(
                "a function that is not in the catalog",
                Exit.REFUSED,
                "publish FILE",
                "invalid: 3:19: function 'f:1.0.0' is not in the catalog of owner 'acme'",
                "corale function put")
            .withFile(
                """
                document: {dsl: '1.0.3', namespace: acme, name: links, version: 1.0.0}
                do:
                  - first: {call: 'f:1.0.0@default'}
                """),
        of(
                "a function that is none",
                Exit.REFUSED,
                "function put f:1.0.0 FILE",
                "invalid: 1:",
                "function 'f' has no 'with'")
            .withFile("call: faas"),
        usage(
            "a function without a version",
            "function put f FILE",
            "function 'f' has no version: expected NAME:VERSION"),
        usage(
            "a function with a version that is none",
            "function put f:one FILE",
            "version 'one' is not semantic"),
        of(
            "a function that nobody put",
            Exit.NOT_FOUND,
            "function show f:1.0.0",
            "function 'f:1.0.0' is not in the catalog of owner 'acme'"),
        of(
                "a function put without the right",
                Exit.REFUSED,
                "function put f:1.0.0 FILE --token READER",
                "forbidden: ",
                "publish")
            .withFile("call: faas"),
        of(
            "a function removed without the right",
            Exit.REFUSED,
            "function remove f:1.0.0 --token READER",
            "forbidden: ",
            "publish"));
  }

  private static Stream<BrokenInput> secrets() {
    return Stream.of(
        usage("a secret without a name", "secret put", "SECRET"),
        usage(
            "a secret whose name is none",
            "secret put 9lives --file FILE",
            "the name of a secret has 1 to 63 letters, digits, '_' or '-'"),
        usage("a secret as an argument", "secret put apiKey hunter2", "hunter2", "--help"),
        usage("a secret without a value", "secret put apiKey", "secret apiKey is empty"),
        usage(
                "a secret that is no JSON",
                "secret put apiKey --json --file FILE",
                "the value of secret apiKey is not one JSON value")
            .withFile("{a:"),
        usage("a secret of no file", "secret put apiKey --file nowhere", "there is no such file"),
        usage(
                "a secret that is too long",
                "secret put apiKey --file FILE",
                "the value of secret apiKey has 8195 bytes as JSON, at most 8192")
            .withFile("x".repeat(8_193)),
        of(
            "a secret that nobody put",
            Exit.NOT_FOUND,
            "secret remove apiKey",
            "not found: owner 'acme' has no secret 'apiKey'"),
        of(
            "secrets of which one may not know",
            Exit.REFUSED,
            "secret list --token READER",
            "forbidden: ",
            "'rita'",
            "admin"));
  }

  private static Stream<BrokenInput> runs() {
    return Stream.of(
        of(
                "a payload above the limit",
                Exit.REFUSED,
                "run chain --input @FILE",
                "too large: input has " + (Payload.MAX_BYTES + 2) + " bytes, at most 8388608")
            .withFile("\"" + "x".repeat(Payload.MAX_BYTES) + "\""),
        usage(
            "an input that is no JSON",
            "run chain --input {a:1}",
            "--input is not JSON: ",
            "(line 1, column 2)"),
        of(
            "a composition that nobody published",
            Exit.NOT_FOUND,
            "run chian",
            "owner 'acme' has not published composition 'chian' (any release)"),
        of(
            "a version that nobody published",
            Exit.NOT_FOUND,
            "run chain --version 9.9.9",
            "owner 'acme' has not published composition 'chain:9.9.9'"),
        of(
            "a version that is none",
            Exit.REFUSED,
            "run chain --version one",
            "invalid: submit.composition: ",
            "'one'"),
        usage("an id with '@'", "run chain --id a@b", "'a@b' is not an id", "'@', '/' and '~'"),
        usage(
            "a deadline that is none", "run chain --deadline soon", "--deadline", "'soon'", "PT5S"),
        usage(
            "a deadline in the past",
            "run chain --deadline PT-1S",
            "--deadline must be above zero"),
        usage("a class that is none", "run chain --class asap", "--class", "'asap'", "urgent"),
        usage("patience below zero", "run chain --patience PT-1S", "must be above zero", "PT-1S"),
        of("an invocation that nobody started", Exit.NOT_FOUND, "status nobody", "'nobody'"),
        of("a trace of nothing", Exit.NOT_FOUND, "trace nobody", "'nobody'"),
        of("a page after nothing", Exit.NOT_FOUND, "list --after nobody", "'nobody'"),
        of(
            "a node that is not there",
            Exit.UNAVAILABLE,
            "nodes --nodes localhost:1 --patience PT0.5S",
            "unavailable: cannot reach localhost:1"));
  }

  private static Stream<BrokenInput> callers() {
    return Stream.of(
        of("an owner that nobody entered", Exit.NOT_FOUND, "run chain --owner nobody", "'nobody'"),
        usage("an owner with capitals", "run chain --owner Acme", "owner 'Acme' is not a name"),
        of("no token", Exit.REFUSED, "run chain ANONYMOUS", "unauthenticated: ", "--token-file"),
        of(
            "a token that is none",
            Exit.REFUSED,
            "run chain --token secret",
            "unauthenticated: ",
            "token"),
        of(
            "a token that nobody made",
            Exit.REFUSED,
            "run chain --token " + Credentials.newToken(),
            "unauthenticated: no such token"),
        of(
            "a token of another owner",
            Exit.REFUSED,
            "run chain --token OTHERS",
            "forbidden: ",
            "'otto'",
            "'acme'"),
        of(
            "a token without the right",
            Exit.REFUSED,
            "run chain --token READER",
            "forbidden: ",
            "'rita'",
            "invoke"),
        usage(
            "a right that is none",
            "token create --subject x --right invoke,everything",
            "--right",
            "everything"));
  }

  /** What 'corale node --print-config' says of them. */
  static Stream<BrokenInput> configurations() {
    return Stream.of(
        config(
            "a key that is misspelt",
            "node: {id: n1}\nzookeper: localhost:2181",
            "input.yaml:2: unknown key 'zookeper'; did you mean 'zookeeper'?"),
        config(
            "an address that others reach, without saying so",
            "door: {address: '0.0.0.0:7400'}",
            "input.yaml:1: 'door.address' 0.0.0.0 is not loopback and there is no TLS yet"),
        config(
            "a port out of range",
            "raft:\n  port: 70000",
            "input.yaml:2: 'raft.port': expected a number from 1 to 65535, was '70000'"),
        config(
            "a door whose port is out of range",
            "door:\n  address: localhost:70000",
            "input.yaml:2: 'door.address': expected host:port, a port from 1 to 65535,"
                + " was 'localhost:70000'"),
        config(
            "a duration below zero",
            "raft: {electionMin: PT-1S}",
            "input.yaml:1: 'raft.electionMin': expected a duration from PT0.15S to PT1M, was"
                + " 'PT-1S'"),
        config("a configuration that is no YAML", "node: [", "input.yaml:", "not YAML"),
        BrokenInput.of(
            "a configuration that is not there",
            Exit.USAGE,
            "node --config nowhere.yaml --print-config",
            "nowhere.yaml cannot be read: there is no such file"));
  }

  private static BrokenInput config(String what, String yaml, String... expected) {
    return BrokenInput.of(what, Exit.USAGE, "node --config FILE --print-config", expected)
        .withFile(yaml);
  }

  private static BrokenInput usage(String what, String command, String... expected) {
    return of(what, Exit.USAGE, command, expected);
  }

  private static BrokenInput of(String what, int exit, String command, String... expected) {
    return BrokenInput.of(what, exit, command, expected);
  }
}
