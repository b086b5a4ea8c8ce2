package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.client.Client;
import io.corale.client.ClientBuilder;
import io.corale.client.cli.Exit;
import io.corale.client.cli.Surroundings;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.model.Right;
import io.corale.wire.Freight;
import io.corale.wire.netty.Addresses;
import io.corale.wire.netty.Connection;
import io.corale.wire.netty.Introduction;
import io.corale.wire.netty.ProtocolRange;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Whatever is wrong with an input, a person is told what, where and what to do, and a script gets
 * the right exit code. One node serves all rows.
 */
class BrokenInputsIT {
  private static final String CHAIN =
      """
      document: {dsl: '1.0.3', namespace: acme, name: chain, version: 1.0.0}
      use:
        functions:
          step:
            call: faas
            with: {implementations: [{id: sim, account: sim, timeout: PT5S}]}
      do:
        - first: {call: step}
      """;

  @TempDir static Path directory;

  private static LocalCluster cluster;
  private static final Map<String, String> PLACEHOLDERS = new TreeMap<>();

  @BeforeAll
  static void enterAnOwner() throws Exception {
    cluster = LocalCluster.start(new LocalCluster.Plan(directory, 1, ""));
    try (Client acme = cluster.client("acme").build();
        Client globex = cluster.client("globex").build()) {
      Owners.enter(acme, Owners.account("sim", "sim", 4, "latency", "PT0.01S"));
      Owners.publish(acme, CHAIN);
      Owners.enter(globex);
      String reader = Owners.given(acme.createToken("rita", List.of(Right.READ), false).get());
      String other = Owners.given(globex.createToken("otto", List.of(Right.values()), false).get());
      PLACEHOLDERS.put("READER", reader);
      PLACEHOLDERS.put("OTHERS", other);
      // A cell that is awake: what follows is refused by it, not for want of it.
      assertThat(acme.start("chain", Payload.NULL).accepted().get()).isNotNull();
    }
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  static Stream<BrokenInput> compositions() {
    return BrokenCompositions.published();
  }

  static Stream<BrokenInput> inputs() {
    return BrokenCommands.all();
  }

  static Stream<BrokenInput> configurations() {
    return BrokenCommands.configurations();
  }

  @ParameterizedTest
  @MethodSource({"compositions", "inputs", "configurations"})
  void aBrokenInputIsRefusedWithItsPlace(BrokenInput input) throws IOException {
    // given
    Path file = directory.resolve("input.yaml");
    Files.writeString(file, input.file());
    // when
    Said said = corale(input, file);
    // then
    assertThat(said.err).contains(input.expected()).doesNotContain("Exception");
    assertThat(said.exit).as(said.err).isEqualTo(input.exit());
    assertThat(said.out).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("compositions")
  void theSamePlacesAreNamedWithoutACluster(BrokenInput input) throws IOException {
    // given
    Path file = directory.resolve("local.yaml");
    Files.writeString(file, input.file());
    // when
    Said said = corale(BrokenInput.of(input.what(), Exit.USAGE, "validate FILE"), file);
    // then
    assertThat(said.err).contains(input.expected()).contains(file + ":" + input.expected().get(0));
    assertThat(said.exit).isEqualTo(Exit.USAGE);
  }

  @Test
  void aNewerProtocolIsTurnedAwayWithBothRanges() {
    assertThatThrownBy(() -> connect(new ProtocolRange(3, 4), ""))
        .hasMessageContaining("you speak protocol 3 to 4")
        .hasMessageContaining("speaks 1 to 2: use a build whose range meets it");
  }

  @Test
  void anotherClusterIsTurnedAwayWithBothNames() {
    assertThatThrownBy(() -> connect(ProtocolRange.OURS, "elsewhere"))
        .hasMessageContaining("you look for cluster 'elsewhere', this is 'local'");
  }

  private static void connect(ProtocolRange protocols, String wanted) {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Introduction introduction =
          new Introduction(protocols, wanted, Optional.empty(), "test", "0.1", "");
      Connection.open(
              loops, Addresses.parse(cluster.doors().get(0)), introduction, Freight.unbounded())
          .join()
          .close();
    } finally {
      loops.shutdownGracefully();
    }
  }

  /** What a command said and how it ended. */
  private record Said(int exit, String out, String err) {}

  private static Said corale(BrokenInput input, Path file) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("CORALE_NODES", cluster.doors().get(0));
    environment.put("CORALE_OWNER", "acme");
    if (!input.arguments().contains("ANONYMOUS")) {
      environment.put("CORALE_TOKEN", cluster.token());
    }
    String[] arguments =
        input.arguments().stream()
            .filter(argument -> !argument.equals("ANONYMOUS"))
            .map(argument -> PLACEHOLDERS.getOrDefault(argument, argument))
            .map(argument -> argument.replace("FILE", file.toString()))
            .toArray(String[]::new);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine corale =
        Corale.commandLine(
            new Surroundings(
                environment,
                InputStream.nullInputStream(),
                false,
                question -> Optional.empty(),
                ClientBuilder::build));
    corale.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = corale.execute(arguments);
    return new Said(exit, out.toString(), err.toString());
  }
}
