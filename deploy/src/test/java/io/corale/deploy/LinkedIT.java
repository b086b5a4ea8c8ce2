package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.CloudEvent;
import io.corale.client.Invocation;
import io.corale.client.cli.Exit;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions, and compositions that refer to files, documents on the web and the owner's catalog. */
class LinkedIT {
  private static final String FUNCTION =
      "{call: faas, with: {implementations: [{id: sim, account: sim, timeout: PT5S}]}}";

  @TempDir static Path directory;

  private static LocalCluster cluster;
  private static Client acme;
  private static HttpServer web;
  private static final Map<String, String> PAGES = new TreeMap<>();

  @BeforeAll
  static void start() throws Exception {
    cluster = LocalCluster.start(new LocalCluster.Plan(directory, 1, ""));
    acme = cluster.client("acme").build();
    Owners.enter(acme, Owners.account("sim", "sim", 4, "standIn", "true"));
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/",
        exchange -> {
          String page = PAGES.getOrDefault(exchange.getRequestURI().getPath(), "");
          if (page.startsWith("->")) {
            exchange.getResponseHeaders().add("Location", page.substring(2));
          }
          byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(page.isEmpty() ? 404 : page.startsWith("->") ? 302 : 200, 0);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    web.start();
  }

  @AfterAll
  static void stop() {
    if (web != null) {
      web.stop(0);
    }
    if (acme != null) {
      acme.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void emptyTheWeb() {
    PAGES.clear();
  }

  private static String url(String path) {
    return "http://localhost:" + web.getAddress().getPort() + path;
  }

  private static String outcome(String composition, String input) throws Exception {
    ClientOutcome outcome =
        acme.start(composition, Payload.ofJson(input)).result().get(60, TimeUnit.SECONDS);
    return outcome instanceof ClientOutcome.Completed done
        ? done.output().json()
        : outcome.toString();
  }

  @Test
  void aCompositionRunsWithAllThatItRefersTo() throws Exception {
    Files.writeString(directory.resolve("number.yaml"), "type: object\nrequired: [n]\n");
    PAGES.put("/c/functions/g/2.0.0/function.yaml", FUNCTION);
    PAGES.put("/h.yaml", "->" + url("/moved.yaml"));
    PAGES.put("/moved.yaml", FUNCTION);
    Files.writeString(directory.resolve("f.yaml"), FUNCTION);
    Path file =
        Files.writeString(
            directory.resolve("linked.yaml"),
            """
            document: {dsl: '1.0.3', namespace: acme, name: linked, version: 1.0.0}
            use: {catalogs: {ours: {endpoint: 'CATALOG'}}}
            input: {schema: {resource: {endpoint: number.yaml}}}
            do:
              - one: {call: 'f:1.0.0@default', with: {n: '${ .n + 1 }'}}
              - two: {call: 'g:2.0.0@ours', with: {n: '${ .n + 1 }'}}
              - three: {call: 'URL', with: {n: '${ .n + 1 }'}}
            """
                .replace("CATALOG", url("/c"))
                .replace("URL", url("/h.yaml")));

    Said put = corale("function", "put", "f:1.0.0", directory.resolve("f.yaml").toString());
    Said again = corale("function", "put", "f:1.0.0", directory.resolve("f.yaml").toString());
    Said checked = corale("validate", file.toString());
    Said linked = corale("validate", "--link", file.toString());
    Said published = corale("publish", file.toString());

    assertThat(put.out()).contains("f:1.0.0 is in the catalog");
    assertThat(again.out()).contains("f:1.0.0 was in the catalog already");
    assertThat(corale("function", "list").out()).contains("f         1.0.0");
    assertThat(corale("function", "show", "f:1.0.0").out()).isEqualTo(FUNCTION + "\n");
    assertThat(checked.out())
        .contains(
            "linked:1.0.0 is a composition",
            ":3:28: needs number.yaml when it is published",
            "needs f:1.0.0@default when it is published",
            "needs " + url("/c/functions/g/2.0.0/function.yaml"),
            "needs " + url("/h.yaml"));
    assertThat(linked.exit()).as(linked.err()).isEqualTo(Exit.OK);
    assertThat(linked.out()).contains("needs f:1.0.0@default").doesNotContain("needs number.yaml");
    assertThat(published.exit()).as(published.err()).isEqualTo(Exit.OK);
    assertThat(published.err()).contains("fetching number.yaml", "fetching " + url("/h.yaml"));
    assertThat(outcome("linked", "{\"n\":1}")).isEqualTo("{\"n\":4}");
    assertThat(outcome("linked", "{}")).contains("validation");
  }

  @Test
  void anotherResourceIsAnotherVersionAndALaterFunctionChangesNothing() throws Exception {
    Files.writeString(directory.resolve("s.json"), "{\"type\": \"object\"}");
    Files.writeString(directory.resolve("later.yaml"), FUNCTION);
    corale("function", "put", "later:1.0.0", directory.resolve("later.yaml").toString());
    Path file =
        Files.writeString(
            directory.resolve("version.yaml"),
            """
            document: {dsl: '1.0.3', namespace: acme, name: version, version: 1.0.0}
            input: {schema: {resource: {endpoint: s.json}}}
            do:
              - one: {call: 'later:1.0.0@default'}
            """);

    Said first = corale("publish", file.toString());
    Files.writeString(directory.resolve("s.json"), "{\"type\":   \"object\"}");
    Said same = corale("publish", file.toString());
    Files.writeString(directory.resolve("s.json"), "{\"type\": \"number\"}");
    Said other = corale("publish", file.toString());
    Files.writeString(directory.resolve("later.yaml"), FUNCTION.replace("PT5S", "PT6S"));
    Said changed =
        corale("function", "put", "later:1.0.0", directory.resolve("later.yaml").toString());

    assertThat(first.out()).contains("version:1.0.0 is published");
    assertThat(same.out()).contains("version:1.0.0 was published already");
    assertThat(other.err()).contains("conflict: ", "a version never changes");
    assertThat(changed.err()).contains("conflict: function 'later:1.0.0'");
    assertThat(outcome("version", "{}")).isEqualTo("{}");
  }

  @Test
  void aRunningInvocationKeepsItsVersion() throws Exception {
    String first =
        """
        document: {dsl: '1.0.3', namespace: acme, name: keeps, version: 1.0.0}
        do:
          - hear: {listen: {to: {one: {with: {type: com.example.go}}}}}
          - say: {set: {version: 1}}
        """;
    Owners.publish(acme, first);
    Invocation begun = acme.start("keeps", Payload.NULL);
    begun.accepted().get(60, TimeUnit.SECONDS);

    // when the next version has other tasks under the same numbers
    Owners.publish(
        acme,
        """
        document: {dsl: '1.0.3', namespace: acme, name: keeps, version: 2.0.0}
        do:
          - say: {set: {version: 2}}
          - add: {set: {version: '${ .version + 1 }'}}
        """);

    // then
    assertThat(outcome("keeps", "{}")).isEqualTo("{\"version\":3}");
    CloudEvent go = CloudEvent.parse("{\"type\":\"com.example.go\"}");
    Owners.given(acme.announce(go, begun.id()).get());
    assertThat(begun.result().get(60, TimeUnit.SECONDS))
        .isEqualTo(new ClientOutcome.Completed(Payload.ofJson("{\"version\":1}")));
  }

  @Test
  void whatIsWrongOnTheWebIsSaid() throws Exception {
    PAGES.put("/large", "x".repeat(512 * 1024 + 1));
    PAGES.put("/loop", "->" + url("/loop"));
    PAGES.put("/broken", "type: numbr");
    PAGES.put("/f.yaml", "call: openapi\n");

    assertThat(publish("/missing")).contains("the answer has status 404");
    assertThat(publish("/large")).contains("it has more than 524288 bytes");
    assertThat(publish("/loop")).contains("cannot be read: ");
    assertThat(publish("/broken")).contains("2:28: " + url("/broken") + ":1:7: ", "'type' must be");
  }

  private static String publish(String path) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("wrong.yaml"),
            """
            document: {dsl: '1.0.3', namespace: acme, name: wrong, version: 1.0.0}
            input: {schema: {resource: {endpoint: 'URL'}}}
            do: [{a: {set: {x: 1}}}]
            """
                .replace("URL", url(path)));
    Said said = corale("publish", file.toString());
    assertThat(said.exit()).isNotEqualTo(Exit.OK);
    return said.err();
  }

  private static Said corale(String... arguments) {
    return Said.corale(cluster, arguments);
  }
}
