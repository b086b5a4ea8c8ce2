package io.corale.node.observe.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.node.observe.Page;
import io.corale.node.observe.Paths;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who looks at a node cannot use it up. */
class ObserveServerIT {
  private static final int HANG_MILLIS = 10_000;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final CountDownLatch slow = new CountDownLatch(1);
  private final List<Socket> sockets = new ArrayList<>();
  private ObserveServer server;

  @BeforeEach
  void open() throws IOException {
    server =
        ObserveServer.open(
            loops,
            new InetSocketAddress("localhost", 0),
            new Paths(
                new TreeMap<>(Map.of("/slow", this::slowPage)),
                new TreeMap<>(Map.of("/probe", () -> new Page(200, "text/plain", "well")))));
  }

  private Page slowPage() {
    try {
      slow.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Page(200, "text/plain", "done");
  }

  @AfterEach
  void close() throws IOException {
    slow.countDown();
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setSoTimeout(HANG_MILLIS);
    socket.connect(server.address());
    return socket;
  }

  private static void ask(Socket socket, String path) throws IOException {
    socket
        .getOutputStream()
        .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The first line of the answer; empty where the connection was closed instead. */
  private static String status(Socket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = socket.getInputStream().read(); c >= 0 && c != '\r'; ) {
      line.append((char) c);
      c = socket.getInputStream().read();
    }
    return line.toString();
  }

  @Test
  void aProbeIsAnsweredWhileAPageTakesItsTime() throws IOException {
    ask(connect(), "/slow");
    Socket probe = connect();

    ask(probe, "/probe");

    assertThat(status(probe)).isEqualTo("HTTP/1.1 200 OK");
  }

  @Test
  void onlySoManyConnectionsAreHeld() throws IOException {
    for (int i = 0; i < ObserveServer.MAX_CONNECTIONS; i++) {
      Socket held = connect();
      ask(held, "/probe");
      assertThat(status(held)).isEqualTo("HTTP/1.1 200 OK");
    }

    assertThat(status(connect())).as("one more").isEmpty();
  }

  @Test
  void onlySoManyPagesAreWaitedFor() throws IOException {
    List<Socket> waiting = new ArrayList<>();
    for (int i = 0; i < ObserveServer.MAX_WAITING + 1; i++) {
      Socket one = connect();
      ask(one, "/slow");
      waiting.add(one);
    }
    Socket tooMany = connect();
    // One loop reads all sockets, but in no order that a client can know: a probe comes after all.
    Socket probe = connect();
    ask(probe, "/probe");
    status(probe);

    ask(tooMany, "/slow");

    assertThat(status(tooMany)).isEqualTo("HTTP/1.1 503 Service Unavailable");
    slow.countDown();
    for (Socket one : waiting) {
      assertThat(status(one)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void whoDoesNotWaitForTheAnswerIsSentAway() throws IOException {
    Socket hasty = connect();

    ask(hasty, "/slow");
    ask(hasty, "/probe");

    assertThat(status(hasty)).isEmpty();
  }

  @Test
  void aLineWithoutEndIsRefused() throws IOException {
    Socket endless = connect();

    ask(endless, "/" + "x".repeat(5_000));

    assertThat(status(endless)).isEqualTo("HTTP/1.1 400 Bad Request");
  }
}
