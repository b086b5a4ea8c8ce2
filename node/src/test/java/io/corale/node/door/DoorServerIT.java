package io.corale.node.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import io.corale.wire.netty.Connections;
import io.corale.wire.netty.Introduction;
import io.corale.wire.netty.Reception;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets on loopback. */
@Timeout(30)
class DoorServerIT {
  private static final Incarnation N1 = new Incarnation(new NodeId("n1"), 1);
  private static final Incarnation N2 = new Incarnation(new NodeId("n2"), 1);
  private static final Reception RECEPTION = Reception.of(N1, "blue", "secret", "0.1");
  private static final InetSocketAddress FREE = new InetSocketAddress("localhost", 0);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final Connections client = new Connections(loops, Introduction.ofClient("test", "0.1"));

  @AfterEach
  void giveThreadsBack() {
    client.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void manyRequestsShareOneConnectionAndEachGetsItsAnswer() throws IOException {
    try (DoorServer server =
        DoorServer.open(loops, FREE, RECEPTION, exchange -> exchange.answer(echo(exchange)))) {
      List<CompletableFuture<Door.Response>> answers = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        answers.add(client.ask(at(server), status("i" + i, 10_000)));
      }

      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).join().getStatus().getInvocation()).isEqualTo("i" + i);
      }
      DoorLoad load = server.load();
      assertThat(load.connections()).isEqualTo(1);
      assertThat(load.shedRequests() + load.shedConnections()).isZero();
      assertThat(load.receivedBytes()).isBetween(2_000L * 10, 2_000L * 100);
      assertThat(load.sentBytes()).isBetween(2_000L * 5, 2_000L * 100);
    }
  }

  @Test
  void aNodeIsKnownAsANode() throws IOException {
    Consumer<Exchange> saysWho =
        exchange ->
            exchange.answer(
                Door.Response.newBuilder()
                    .setDone(Door.Done.newBuilder().setIndex(exchange.fromNode() ? 1 : 0)));
    try (DoorServer server = DoorServer.open(loops, FREE, RECEPTION, saysWho);
        Connections node =
            new Connections(loops, Introduction.ofNode(N2, "blue", "secret", "0.1"));
        Connections liar =
            new Connections(loops, Introduction.ofNode(N2, "blue", "wrong", "0.1"))) {
      assertThat(node.ask(at(server), status("i", 5_000)).join().getDone().getIndex()).isOne();
      assertThat(client.ask(at(server), status("i", 5_000)).join().getDone().getIndex()).isZero();
      assertThat(liar.ask(at(server), status("i", 5_000)).join().getRefused().getCode())
          .isEqualTo(Common.Refusal.Code.UNAUTHENTICATED);
    }
  }

  @Test
  void whatIsNotAnsweredInTimeIsUnknownAndForgotten() throws Exception {
    CountDownLatch forgotten = new CountDownLatch(1);
    try (DoorServer server =
        DoorServer.open(
            loops, FREE, RECEPTION, exchange -> exchange.onForget(forgotten::countDown))) {
      Door.Response response = client.ask(at(server), status("i", 1_500)).join();

      assertThat(response.hasUnknown()).isTrue();
      assertThat(forgotten.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void nobodyThereIsADefiniteNo() throws IOException {
    String gone;
    try (DoorServer server = DoorServer.open(loops, FREE, RECEPTION, exchange -> {})) {
      gone = at(server);
    }

    assertThat(client.ask(gone, status("i", 5_000)).join().getRefused().getCode())
        .isEqualTo(Common.Refusal.Code.UNAVAILABLE);
  }

  @Test
  void aServerThatDiesWithRequestsOpenLeavesThemUnknown() throws Exception {
    BlockingQueue<Exchange> taken = new LinkedBlockingQueue<>();
    DoorServer server = DoorServer.open(loops, FREE, RECEPTION, taken::add);
    CompletableFuture<Door.Response> answer = client.ask(at(server), status("i", 20_000));
    assertThat(taken.poll(5, TimeUnit.SECONDS)).isNotNull();

    server.close();

    assertThat(answer.join().hasUnknown()).isTrue();
  }

  @Test
  void leavingAnswersWhatIsOpenAndRefusesWhatIsNew() throws Exception {
    BlockingQueue<Exchange> taken = new LinkedBlockingQueue<>();
    DoorServer server = DoorServer.open(loops, FREE, RECEPTION, taken::add);
    String address = at(server);
    CompletableFuture<Door.Response> open = client.ask(address, status("open", 20_000));
    Exchange exchange = taken.poll(5, TimeUnit.SECONDS);
    assertThat(exchange).isNotNull();

    CompletableFuture<Boolean> left =
        CompletableFuture.supplyAsync(() -> server.leave(Duration.ofSeconds(10)));
    Door.Response late = refusedWhileLeaving(address);
    exchange.answer(echo(exchange));

    assertThat(late.getRefused().getMessage()).contains("n1 is leaving");
    assertThat(open.join().getStatus().getInvocation()).isEqualTo("open");
    assertThat(left.join()).isTrue();
  }

  private Door.Response refusedWhileLeaving(String address) {
    Door.Response response;
    do {
      response = client.ask(address, status("late", 100)).join();
    } while (!response.hasRefused());
    return response;
  }

  @Test
  void strangersOnTheLineAreCutOff() throws Exception {
    try (DoorServer server = DoorServer.open(loops, FREE, RECEPTION, exchange -> {});
        Socket socket = new Socket("localhost", server.address().getPort())) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aReaderThatNeverReadsDoesNotFillOurMemory() throws Exception {
    String much = "x".repeat(512 * 1024);
    Consumer<Exchange> verbose =
        exchange ->
            exchange.answer(
                Door.Response.newBuilder().setUnknown(Door.Unknown.newBuilder().setMessage(much)));
    try (DoorServer server = DoorServer.open(loops, FREE, RECEPTION, verbose);
        Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4 * 1024);
      socket.connect(server.address());
      write(socket, Door.Frame.newBuilder().setHello(hello()).build());

      for (int id = 1; id <= 64; id++) {
        write(socket, frame(id));
      }
      Door.Response served = client.ask(at(server), status("i", 5_000)).join();

      assertThat(served.hasUnknown()).as("others are served meanwhile").isTrue();
      assertThat(server.open()).as("requests taken from the slow reader").isLessThan(64);
    }
  }

  @Test
  void anAddressOutsideOfLoopbackMustBeWanted() {
    InetSocketAddress all = new InetSocketAddress("0.0.0.0", 0);

    assertThatThrownBy(() -> DoorServer.open(loops, all, RECEPTION, exchange -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("--insecure");
  }

  private static Door.Hello hello() {
    return Door.Hello.newBuilder().setProtocolMin(1).setProtocolMax(1).setClient("slow").build();
  }

  private static Door.Frame frame(long id) {
    Door.Request request = status("i", 20_000);
    return Door.Frame.newBuilder()
        .setRequest(
            request.toBuilder().setEnvelope(request.getEnvelope().toBuilder().setRequestId(id)))
        .build();
  }

  private static void write(Socket socket, Door.Frame frame) throws IOException {
    java.io.DataOutputStream out = new java.io.DataOutputStream(socket.getOutputStream());
    out.writeInt(frame.getSerializedSize());
    frame.writeTo(out);
    out.flush();
  }

  private static Door.Response.Builder echo(Exchange exchange) {
    return Door.Response.newBuilder()
        .setStatus(
            Door.InvocationStatus.newBuilder()
                .setInvocation(exchange.request().getStatus().getInvocation()));
  }

  private static Door.Request status(String invocation, long deadlineMillis) {
    return Door.Request.newBuilder()
        .setEnvelope(Door.Envelope.newBuilder().setDeadlineMillis(deadlineMillis))
        .setStatus(Door.Status.newBuilder().setInvocation(invocation))
        .build();
  }

  private static String at(DoorServer server) {
    return "localhost:" + server.address().getPort();
  }
}
