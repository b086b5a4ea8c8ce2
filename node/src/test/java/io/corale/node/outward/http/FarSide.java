package io.corale.node.outward.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocketFactory;

/** A server on loopback that answers with exactly the bytes that a test wants. */
public final class FarSide implements AutoCloseable {
  private final String scheme;
  private final ServerSocket listening;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Function<Request, Optional<String>> answers;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /** What has arrived. */
  public final List<Request> requests = new CopyOnWriteArrayList<>();

  /** How many were opened. */
  public final AtomicInteger connections = new AtomicInteger();

  /** What arrived. */
  public record Request(String head, String body) {
    /** The value of a header, or nothing. */
    public String header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ": ";
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()))
          .findFirst()
          .orElse("");
    }
  }

  /**
   * @param answers the whole response; "" closes the connection instead, empty keeps silent
   */
  public FarSide(Function<Request, Optional<String>> answers) throws IOException {
    this(answers, ServerSocketFactory.getDefault());
  }

  /** The same behind sockets of another kind, such as those of TLS. */
  public FarSide(Function<Request, Optional<String>> answers, ServerSocketFactory sockets)
      throws IOException {
    this.answers = answers;
    this.scheme = sockets instanceof SSLServerSocketFactory ? "https" : "http";
    this.listening = sockets.createServerSocket(0, 512, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** A whole response. */
  public static Optional<String> response(String status, String headers, String body) {
    return Optional.of(
        "HTTP/1.1 "
            + status
            + "\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n"
            + headers
            + "\r\n"
            + body);
  }

  /** Where it is reached. */
  public String url() {
    return scheme + "://127.0.0.1:" + listening.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        sockets.add(socket);
        connections.incrementAndGet();
        threads.execute(() -> serve(socket));
      }
    } catch (IOException e) {
      return; // Closed: the test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        Request head = new Request(head(in), "");
        String given = head.header("Content-Length");
        int length = given.isEmpty() ? 0 : Integer.parseInt(given);
        Request request =
            new Request(head.head(), new String(in.readNBytes(length), StandardCharsets.UTF_8));
        requests.add(request);
        Optional<String> answer = answers.apply(request);
        if (answer.isPresent()) {
          if (answer.get().isEmpty()) {
            return;
          }
          socket.getOutputStream().write(answer.get().getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      return; // The other side closed.
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
