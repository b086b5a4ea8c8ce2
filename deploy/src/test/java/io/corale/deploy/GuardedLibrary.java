package io.corale.deploy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The services of the example {@code identity} on a port of their own: each answers with its path,
 * and only to whom it knows. Its servers of tokens know one client, {@code desk}.
 */
final class GuardedLibrary implements AutoCloseable {
  private static final String CHALLENGE = "Digest realm=\"library\", nonce=\"n1\", qop=\"auth\"";

  private final HttpServer server;
  private final AtomicInteger tokens = new AtomicInteger();

  private GuardedLibrary(HttpServer server) {
    this.server = server;
  }

  static GuardedLibrary open() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    GuardedLibrary library = new GuardedLibrary(server);
    server.createContext("/rooms", exchange -> library.withToken(exchange, "k3y"));
    server.createContext("/shelves", library::shelves);
    server.createContext("/loans", exchange -> library.withToken(exchange, "token-of-readers"));
    server.createContext("/fines", exchange -> library.withToken(exchange, "token-of-staff"));
    server.createContext("/readers/oauth2/token", library::readersToken);
    server.createContext("/staff/.well-known/openid-configuration", library::describe);
    server.createContext("/staff/issue", library::staffToken);
    server.start();
    return library;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  int tokensGiven() {
    return tokens.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void shelves(HttpExchange exchange) throws IOException {
    boolean isAnswered =
        shown(exchange)
            .filter(proof -> proof.startsWith("Digest ") && proof.contains("username=\"ada\""))
            .isPresent();
    if (!isAnswered) {
      exchange.getResponseHeaders().add("WWW-Authenticate", CHALLENGE);
    }
    answer(exchange, isAnswered, path(exchange));
  }

  private void withToken(HttpExchange exchange, String token) throws IOException {
    boolean isKnown = shown(exchange).filter(("Bearer " + token)::equals).isPresent();
    answer(exchange, isKnown, path(exchange));
  }

  private void readersToken(HttpExchange exchange) throws IOException {
    String form = body(exchange);
    String desk = Base64.getEncoder().encodeToString("desk:k3y".getBytes(StandardCharsets.UTF_8));
    boolean isDesk = shown(exchange).filter(("Basic " + desk)::equals).isPresent();
    token(exchange, isDesk && form.contains("scope=loans"), "readers");
  }

  private void describe(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        true,
        "{\"issuer\":\"%1$s/staff\",\"token_endpoint\":\"%1$s/staff/issue\"}".formatted(url()));
  }

  private void staffToken(HttpExchange exchange) throws IOException {
    token(exchange, body(exchange).contains("client_secret=k3y"), "staff");
  }

  private void token(HttpExchange exchange, boolean isKnown, String realm) throws IOException {
    tokens.incrementAndGet();
    answer(
        exchange,
        isKnown,
        "{\"access_token\":\"token-of-%s\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
            .formatted(realm));
  }

  private static String path(HttpExchange exchange) {
    return "{\"uri\":\"" + exchange.getRequestURI().getPath() + "\"}";
  }

  private static Optional<String> shown(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private static String body(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, boolean isWelcome, String json)
      throws IOException {
    byte[] body = (isWelcome ? json : "{}").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(isWelcome ? 200 : 401, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
