package io.corale.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NodeConfigTest {
  @Test
  void anEmptyFileRunsOnLoopback() throws Exception {
    NodeConfig config = read("");

    assertThat(config.door()).isEqualTo("localhost:7400");
    assertThat(config.raftPort()).isEqualTo(7500);
    assertThat(config.insecure()).isFalse();
    assertThat(config.observe()).as("nobody looks unless it is wanted").isEmpty();
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        arguments("cluser: a", "node.yaml:1: unknown key 'cluser'; did you mean 'cluster'?"),
        arguments(
            "door:\n  adress: localhost:1",
            "node.yaml:2: unknown key 'door.adress'; did you mean 'door.address'?"),
        arguments("\n\nzzzzzzzzzz: 1", "node.yaml:3: unknown key 'zzzzzzzzzz'; known are cluster,"),
        arguments("cluster: My_Cluster", "node.yaml:1: 'cluster': expected 1 to 63 lower-case"),
        arguments("cluster: [a, b]", "node.yaml:1: 'cluster' is one value, not a list"),
        arguments("cluster: a\ncluster: b", "node.yaml:2: 'cluster' stands twice"),
        arguments("node:\n  id: N_1", "node.yaml:2: 'node.id': node 'N_1' is not a name"),
        arguments("door:\n  address: 7400", "'door.address': expected host:port, a port from 1 to"),
        arguments("door:\n  address: localhost:70000", "65535, was 'localhost:70000'"),
        arguments("door:\n  address: localhost:0", "65535, was 'localhost:0'"),
        arguments("door:\n  address: 0.0.0.0:7400", "'door.address' 0.0.0.0 is not loopback"),
        arguments("observe:\n  address: 0.0.0.0:7480", "'observe.address' 0.0.0.0 is not loopback"),
        arguments("observe:\n  address: 7480", "'observe.address': expected host:port"),
        arguments("raft:\n  host: 192.0.2.1", "'raft.host' 192.0.2.1 is not loopback"),
        arguments(
            "raft:\n  port: 0", "node.yaml:2: 'raft.port': expected a number from 1 to 65535"),
        arguments("raft:\n  port: high", "'raft.port': expected a number, was 'high'"),
        arguments("raft:\n  port: 99999999999999999999", "'raft.port': expected a number"),
        arguments(
            "raft:\n  electionMin: 500ms",
            "'raft.electionMin': expected a duration such as PT0.5S, was '500ms'"),
        arguments("raft:\n  electionMin: PT0.01S", "expected a duration from PT0.15S to PT1M"),
        arguments(
            "raft:\n  electionMin: PT2S\n  electionMax: PT1S",
            "node.yaml:3: 'raft.electionMax' must be above 'raft.electionMin'"),
        arguments("snapshot:\n  entries: 1", "'snapshot.entries': expected a number from 100"),
        arguments(
            "snapshot:\n  age: PT1S", "'snapshot.age': expected a duration from PT10S to PT168H"),
        arguments("seeds: [localhost]", "'seeds': expected host:port, a port from 1 to 65535"),
        arguments("zookeeper: localhost", "node.yaml:1: 'zookeeper': expected host:port"),
        arguments("zookeeper: a:1,b", "node.yaml:1: 'zookeeper': expected host:port"),
        arguments("insecure: maybe", "'insecure': expected true or false, was 'maybe'"),
        arguments("operatorTokens: [secret]", "'operatorTokens' are SHA-256 hashes of tokens"),
        arguments(
            "exec:\n  programs:\n    thumb:\n      timeout: PT1S",
            "node.yaml:4: program 'thumb' needs 'command', a list of words"),
        arguments(
            "exec:\n  programs:\n    thumb:\n      command: [x]\n      limit: 3",
            "node.yaml:5: unknown key 'exec.programs.thumb.limit'"),
        arguments(
            "clusterKey: k\noverlay:\n  keyFile: f\n  plainText: true",
            "node.yaml:3: 'overlay.keyFile' seals nothing with 'overlay.plainText'"),
        arguments(
            "overlay:\n  keyFile: f",
            "node.yaml:2: 'overlay.keyFile' is of no use without 'clusterKey'"),
        arguments("overlay:\n  plainText: maybe", "'overlay.plainText': expected true or false"),
        arguments(
            "insecure: true\nraft:\n  host: " + "h".repeat(400),
            "'door.address' and twice 'raft.host' are more than 700 characters together"),
        arguments("- a", "node.yaml:1: expected keys with values"),
        arguments("cluster: 'a", "node.yaml: not YAML: "));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void whatIsWrongIsToldWithItsKeyAndLine(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(BadConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(() -> read("cluser: a\nraft:\n  port: 0"))
        .hasMessageContaining("'cluser'")
        .hasMessageContaining("'raft.port'");
  }

  @Test
  void theEnvironmentOverridesTheFileAndAPropertyOverridesBoth() throws Exception {
    String text = "raft:\n  port: 1\n  electionMin: PT0.3S";
    Map<String, String> environment =
        Map.of("CORALE_RAFT_PORT", "2", "CORALE_RAFT_ELECTION_MIN", "PT0.4S");

    NodeConfig config =
        NodeConfig.read("node.yaml", text, environment, Map.of("corale.raft.port", "3"));

    assertThat(config.raftPort()).isEqualTo(3);
    assertThat(config.electionMin()).isEqualTo(Duration.ofMillis(400));
  }

  @Test
  void aBadOverrideIsToldByItsOwnName() {
    assertThatThrownBy(() -> NodeConfig.read("f", "", Map.of("CORALE_RAFT_PORT", "x"), Map.of()))
        .hasMessageContaining("CORALE_RAFT_PORT: 'raft.port': expected a number");
    assertThatThrownBy(() -> NodeConfig.read("f", "", Map.of(), Map.of("corale.raft.prt", "1")))
        .hasMessageContaining(
            "-Dcorale.raft.prt: unknown key 'raft.prt'; did you mean 'raft.port'");
  }

  @Test
  void anotherAddressIsBoundOnlyWhereClearTextIsAccepted() throws Exception {
    assertThat(read("insecure: true\ndoor:\n  address: 0.0.0.0:7400").door())
        .isEqualTo("0.0.0.0:7400");
  }

  @Test
  void whatIsPrintedReadsBackEqualWithoutSecrets() throws Exception {
    NodeConfig config =
        read(
            """
            cluster: '007'
            clusterKey: hush
            data: "odd: name's #1"
            seeds: [localhost:1, localhost:2]
            observe: {address: 'localhost:7481'}
            secrets: {keyFile: /etc/corale/secrets.key}
            raft: {port: 7501, electionMin: PT0.3S}
            exec: {programs: {thumb: {command: [sh, -c, 'echo "a, b" #c'], timeout: PT2S}}}
            """);

    String printed = config.print();
    NodeConfig again = read(printed);

    assertThat(printed).doesNotContain("hush");
    assertThat(again.print()).isEqualTo(printed);
    assertThat(again.data()).isEqualTo(config.data());
    assertThat(again.observe()).isEqualTo("localhost:7481");
    assertThat(again.secretKeys()).isEqualTo("/etc/corale/secrets.key");
    assertThat(again.seeds()).isEqualTo(List.of("localhost:1", "localhost:2"));
    assertThat(again.providers()).isEqualTo(config.providers());
  }

  private static NodeConfig read(String text) throws BadConfigException {
    return NodeConfig.read("node.yaml", text, Map.of(), Map.of());
  }
}
