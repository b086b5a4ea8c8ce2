package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code call: grpc} of a published composition reaches a service, from a node's process. */
final class GrpcIT {
  private static final String COMPOSITION =
      """
      document: {dsl: '1.0.3', namespace: acme, name: weights, version: 1.0.0}
      do:
        - weigh:
            try:
              - ask:
                  call: grpc
                  with:
                    proto:
                      endpoint: scale.proto
                      content: |
                        syntax = "proto3";
                        package harbour;
                        service Scale { rpc Weigh(Crate) returns (Weight); rpc Other(Lost) returns (Lost); }
                        message Crate { int32 number = 1; }
                        message Weight { int32 grams = 1; }
                    service: {name: Scale, host: 127.0.0.1, port: '${ .port }'}
                    method: Weigh
                    arguments: {number: '${ .crate }'}
                  metadata: {timeout: PT5S}
            catch:
              errors: {with: {status: 404}}
              as: problem
              do: [{none: {set: '${ $problem.detail }'}}]
      """;

  @TempDir static Path directory;

  private static LocalCluster cluster;
  private static Server server;

  @BeforeAll
  static void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                InsecureServerCredentials.create())
            .directExecutor()
            .addService(scale())
            .build()
            .start();
    cluster =
        LocalCluster.start(
            new LocalCluster.Plan(directory, 1, "http: {privateTargets: [127.0.0.1]}\n"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
    server.shutdownNow();
  }

  /** Answers with what it is asked, since both messages have one number; knows no crate 9. */
  private static ServerServiceDefinition scale() {
    MethodDescriptor<byte[], byte[]> weigh =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("harbour.Scale/Weigh")
            .build();
    return ServerServiceDefinition.builder("harbour.Scale")
        .addMethod(weigh, (ServerCallHandler<byte[], byte[]>) GrpcIT::begin)
        .build();
  }

  private static ServerCall.Listener<byte[]> begin(
      ServerCall<byte[], byte[]> call, Metadata headers) {
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(byte[] message) {
        if (message[message.length - 1] == 9) {
          call.close(Status.NOT_FOUND.withDescription("no crate 9"), new Metadata());
          return;
        }
        call.sendHeaders(new Metadata());
        call.sendMessage(message);
        call.close(Status.OK, new Metadata());
      }
    };
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void callsAServiceAndTellsItsErrorsApart() throws Exception {
    try (Client owner = cluster.client("acme").build()) {
      Owners.enter(owner, Owners.account("grpc", "grpc", 2, "plaintext", "true"));
      Owners.publish(owner, COMPOSITION);

      assertThat(output(owner, 7)).isEqualTo("{\"grams\":7}");
      assertThat(output(owner, 9)).contains("gRPC NOT_FOUND: no crate 9");
    }
  }

  private static String output(Client owner, int crate) throws Exception {
    ClientOutcome outcome =
        owner
            .start(
                "weights",
                Payload.ofJson("{\"port\":" + server.getPort() + ",\"crate\":" + crate + "}"))
            .result()
            .get(60, TimeUnit.SECONDS);
    assertThat(outcome).isInstanceOf(ClientOutcome.Completed.class);
    return ((ClientOutcome.Completed) outcome).output().json();
  }
}
