package io.corale.deploy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A provider that says how many calls it takes at once, and in a minute, to who shows the right
 * password; it refuses what is more at once.
 */
final class FrugalFunctions implements AutoCloseable {
  private static final String PROOF = "Basic YWRhOnA0c3N3MHJk"; // ada:p4ssw0rd

  /** So long that as many as may run at once are there at once, on a slow machine, too. */
  private static final long NAP_MILLIS = 1_000;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final OptionalInt inAMinute;
  private int allowed;
  private int running;
  private int highest;
  private int refused;
  private int ended;

  /** What it has seen since it was looked at before. */
  record Seen(int highest, int refused, int ended) {}

  FrugalFunctions(int allowed, OptionalInt inAMinute) throws IOException {
    this.allowed = allowed;
    this.inAMinute = inAMinute;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/limits", this::tell);
    server.createContext("/nap", this::nap);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  synchronized void allow(int calls) {
    allowed = calls;
  }

  /** How many have run at once, at most, since it was looked at. */
  synchronized int highest() {
    return highest;
  }

  /** How many have ended since it was looked at. */
  synchronized int ended() {
    return ended;
  }

  synchronized Seen look() {
    Seen seen = new Seen(highest, refused, ended);
    highest = running;
    refused = 0;
    ended = 0;
    return seen;
  }

  private void tell(HttpExchange exchange) throws IOException {
    if (!PROOF.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(exchange, 401, "{}");
    } else {
      answer(
          exchange,
          200,
          "{\"allowedKinds\":[],\"concurrentInvocations\":"
              + allowed()
              + (inAMinute.isPresent() ? ",\"invocationsPerMinute\":" + inAMinute.getAsInt() : "")
              + ",\"firesPerMinute\":9}");
    }
  }

  private synchronized int allowed() {
    return allowed;
  }

  private void nap(HttpExchange exchange) throws IOException {
    if (!begin()) {
      answer(exchange, 429, "{}");
      return;
    }
    try {
      Thread.sleep(NAP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end(); // Before the answer: who has it may begin the next.
    answer(exchange, 200, "null");
  }

  private synchronized boolean begin() {
    if (running >= allowed) {
      refused++;
      return false;
    }
    running++;
    highest = Math.max(highest, running);
    return true;
  }

  private synchronized void end() {
    running--;
    ended++;
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
