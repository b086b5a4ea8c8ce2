package io.corale.deploy.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.deploy.cluster.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell asks a bare server of Ratis whose port speaks TLS, and knows the caller. */
class TlsShellIT {
  @TempDir private Path directory;

  private final RaftGroupId group = RaftGroupId.valueOf(new UUID(1, 2));
  private PemFiles server;
  private PemFiles operator;
  private String address;
  private RaftServer raft;

  @BeforeEach
  void startServer() throws Exception {
    server = PemFiles.make(directory, "server");
    operator = PemFiles.make(directory, "operator");
    int port = FreePorts.find(1).get(0);
    address = "127.0.0.1:" + port;
    RaftPeer peer =
        RaftPeer.newBuilder().setId(address.replace(':', '_')).setAddress(address).build();
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(directory.resolve("raft").toFile()));
    GrpcConfigKeys.Server.setPort(properties, port);
    Parameters parameters = new Parameters();
    GrpcConfigKeys.TLS.setConf(
        parameters,
        new GrpcTlsConfig(
            server.key().toFile(),
            server.certificate().toFile(),
            operator.certificate().toFile(),
            true));
    raft =
        RaftServer.newBuilder()
            .setServerId(peer.getId())
            .setGroup(RaftGroup.valueOf(group, peer))
            .setProperties(properties)
            .setParameters(parameters)
            .setStateMachine(new BaseStateMachine())
            .build();
    raft.start();
  }

  @AfterEach
  void stopServer() throws Exception {
    raft.close();
  }

  @Test
  void listsTheGroupsOfAServerThatKnowsIt() {
    Said said =
        shell(
            Map.of(
                TlsFiles.TRUST, server.certificate().toString(),
                TlsFiles.CERTIFICATE, operator.certificate().toString(),
                TlsFiles.KEY, operator.key().toString()));

    assertThat(said.exit).as(said.out).isZero();
    assertThat(said.out).contains(address).contains("is in 1 groups");
  }

  @Test
  void learnsNothingFromAServerThatItDoesNotTrust() {
    Said said =
        shell(
            Map.of(
                TlsFiles.TRUST, operator.certificate().toString(),
                TlsFiles.CERTIFICATE, operator.certificate().toString(),
                TlsFiles.KEY, operator.key().toString()));

    assertThat(said.exit).isNotZero();
    assertThat(said.out).contains("SSLHandshakeException");
  }

  @Test
  void saysWhichFileIsWrong() {
    String there = server.certificate().toString();

    assertThat(shell(Map.of()).out).contains("CORALE_SHELL_TRUST must name a file");
    assertThat(shell(Map.of(TlsFiles.TRUST, "nowhere.pem")).out)
        .contains("CORALE_SHELL_TRUST: no file that can be read: nowhere.pem");
    assertThat(shell(Map.of(TlsFiles.TRUST, there, TlsFiles.KEY, there)))
        .satisfies(said -> assertThat(said.exit).isEqualTo(64))
        .satisfies(said -> assertThat(said.out).contains("belong together"));
  }

  private record Said(int exit, String out) {}

  private Said shell(Map<String, String> environment) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exit =
        TlsShell.run(
            environment,
            new Properties(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            "group",
            "list",
            "-peers",
            address,
            "-groupid",
            group.getUuid().toString(),
            "-serverAddress",
            address);
    return new Said(exit, out.toString(StandardCharsets.UTF_8));
  }
}
