package io.corale.node.provider.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Attributes;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The method {@code acme.Greeter/Greet} on the server of gRPC for Java, which is not ours. */
final class FarService implements AutoCloseable {
  final List<Request> requests = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();
  final CountDownLatch cancelled = new CountDownLatch(1);
  private final Function<Request, Optional<Answer>> answers;
  private final Server server;

  /** What arrived. */
  record Request(Metadata headers, ByteString message) {
    String header(String name) {
      return Optional.ofNullable(
              headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)))
          .orElse("");
    }
  }

  /**
   * What is answered.
   *
   * @param messages none where the call fails
   */
  record Answer(Status status, Metadata trailers, List<ByteString> messages) {
    static Optional<Answer> of(ByteString message) {
      return Optional.of(new Answer(Status.OK, new Metadata(), List.of(message)));
    }

    static Optional<Answer> failed(Status status) {
      return Optional.of(new Answer(status, new Metadata(), List.of()));
    }
  }

  /** Without TLS. */
  FarService(Function<Request, Optional<Answer>> answers) throws IOException {
    this(answers, InsecureServerCredentials.create());
  }

  FarService(Function<Request, Optional<Answer>> answers, ServerCredentials credentials)
      throws IOException {
    this.answers = answers;
    this.server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials)
            .directExecutor()
            .addTransportFilter(new Counting())
            .addService(service())
            .build()
            .start();
  }

  private final class Counting extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      connections.incrementAndGet();
      return attributes;
    }
  }

  private ServerServiceDefinition service() {
    MethodDescriptor<ByteString, ByteString> greet =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("acme.Greeter/Greet")
            .build();
    return ServerServiceDefinition.builder("acme.Greeter")
        .addMethod(greet, (ServerCallHandler<ByteString, ByteString>) this::begin)
        .build();
  }

  private ServerCall.Listener<ByteString> begin(
      ServerCall<ByteString, ByteString> call, Metadata headers) {
    call.request(2);
    return new ServerCall.Listener<>() {
      private Optional<Request> asked = Optional.empty();

      @Override
      public void onMessage(ByteString message) {
        Request request = new Request(headers, message);
        asked = Optional.of(request);
        requests.add(request);
      }

      @Override
      public void onHalfClose() {
        asked.flatMap(answers).ifPresent(this::answer);
      }

      private void answer(Answer answer) {
        if (!answer.messages().isEmpty()) {
          call.sendHeaders(new Metadata());
          answer.messages().forEach(call::sendMessage);
        }
        call.close(answer.status(), answer.trailers());
      }

      @Override
      public void onCancel() {
        cancelled.countDown();
      }
    };
  }

  int port() {
    return server.getPort();
  }

  /** Breaks all connections. */
  void breakDown() {
    server.shutdownNow();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<ByteString> {
    @Override
    public InputStream stream(ByteString value) {
      return new ByteArrayInputStream(value.toByteArray());
    }

    @Override
    public ByteString parse(InputStream stream) {
      try {
        return ByteString.readFrom(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
