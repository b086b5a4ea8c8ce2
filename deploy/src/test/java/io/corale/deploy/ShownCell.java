package io.corale.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.corale.client.cli.Surroundings;
import io.corale.deploy.cluster.LocalCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * A home cell as {@code corale cells -o json} shows it, and what an administrator takes from there.
 *
 * @param json the cell's part of that output
 */
record ShownCell(LocalCluster cluster, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A member as it is shown. */
  record Member(String node, String peer, String address) {}

  /** As its superpeer itself shows it at this moment; empty where nobody leads. */
  static Optional<ShownCell> now(LocalCluster cluster, String owner) {
    return IntStream.range(0, cluster.doors().size())
        .filter(node -> cluster.node(node).isAlive())
        .boxed()
        .flatMap(node -> at(cluster, owner, node).stream())
        .findFirst();
  }

  /** What this node shows, where it leads the cell. */
  private static Optional<ShownCell> at(LocalCluster cluster, String owner, int node) {
    StringWriter out = new StringWriter();
    Surroundings surroundings =
        new Surroundings(
            environment(cluster, owner, node),
            InputStream.nullInputStream(),
            false,
            question -> Optional.empty(),
            builder -> builder.build());
    int exit =
        Corale.commandLine(surroundings)
            .setOut(new PrintWriter(out))
            .execute("cells", "-o", "json");
    if (exit != 0) {
      return Optional.empty();
    }
    return read(out.toString())
        .map(json -> new ShownCell(cluster, json))
        .filter(cell -> cluster.indexOf(cell.json.path("superpeer").asText("n1")) == node);
  }

  private static Optional<JsonNode> read(String text) {
    try {
      return Optional.ofNullable(JSON.readTree(text).path("cells").get(0))
          .filter(cell -> !cell.path("superpeer").asText().isEmpty());
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  private static Map<String, String> environment(LocalCluster cluster, String owner, int node) {
    Map<String, String> all = new TreeMap<>();
    all.put("CORALE_NODES", cluster.doors().get(node));
    all.put("CORALE_TOKEN", cluster.token());
    all.put("CORALE_OWNER", owner);
    return all;
  }

  String id() {
    return json.path("group").asText();
  }

  long term() {
    return json.path("term").asLong();
  }

  long applied() {
    return json.path("applied").asLong();
  }

  String shellLine() {
    return json.path("ratisShell").asText();
  }

  List<Member> members() {
    return StreamSupport.stream(json.path("members").spliterator(), false)
        .map(
            member ->
                new Member(
                    member.path("node").asText(),
                    member.path("raftPeer").asText(),
                    member.path("raftAddress").asText()))
        .toList();
  }

  Member superpeer() {
    String node = json.path("superpeer").asText();
    return members().stream()
        .filter(member -> member.node().equals(node))
        .findFirst()
        .orElseThrow();
  }

  List<Member> followers() {
    return members().stream().filter(member -> !member.equals(superpeer())).toList();
  }

  /** The page's variables, with this member as the one that is meant. */
  Map<String, String> variables(Member meant) {
    return variables(meant, members());
  }

  /** As {@link #variables(Member)}, asking only these. */
  Map<String, String> variables(Member meant, List<Member> asked) {
    String owner = json.path("owner").asText();
    Map<String, String> all = environment(cluster, owner, cluster.indexOf(superpeer().node()));
    all.put("cell", owner + "." + json.path("cell").asInt());
    all.put("superpeer", superpeer().node());
    all.put("leader", superpeer().peer());
    all.put("group", id());
    all.put("tail", id().substring(id().length() - 12).toUpperCase(Locale.ROOT));
    all.put("peers", asked.stream().map(Member::address).collect(Collectors.joining(",")));
    all.put("address", meant.address());
    all.put("peer", meant.peer());
    all.put("data", cluster.directory().resolve(meant.node()).toString());
    return all;
  }
}
