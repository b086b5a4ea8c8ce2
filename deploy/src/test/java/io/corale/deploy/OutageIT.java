package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.deploy.cluster.FreePorts;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While a service is down its calls wait, and none of them fails for that (ADR 34). */
final class OutageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_MILLIS = 50;
  private static final int MANY = 30;

  /** Each fails when it has been tried six times, were it tried as often as it may. */
  private static final String COMPOSITION =
      """
      document: {dsl: '1.0.3', namespace: shop, name: ask, version: 1.0.0}
      do:
        - ask:
            call: http
            with: {method: get, endpoint: '${ .base + "/" }'}
            metadata: {timeout: PT5S, retry: {attempts: 6, delay: PT0.05S}}
      """;

  @TempDir private static Path directory;

  @Test
  void whatIsAskedForDuringAnOutageEndsAfterIt() throws Exception {
    HttpServer web = serve(FreePorts.find(1).get(0));
    Payload input =
        Payload.ofJson("{\"base\":\"http://127.0.0.1:" + web.getAddress().getPort() + "\"}");
    LocalCluster.Plan plan =
        new LocalCluster.Plan(directory, 1, "http: {privateTargets: [127.0.0.1]}\n");
    try (LocalCluster cluster = LocalCluster.start(plan);
        Client owner = cluster.client("shop").patience(PATIENCE).build()) {
      Owners.enter(owner, Owners.account("http", "http", 4));
      Owners.publish(owner, COMPOSITION);
      requireCompleted(owner.start("ask", input));
      awaitFormat(owner);

      web.stop(0);
      List<Invocation> asked = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        asked.add(owner.start("ask", input));
      }
      Door.AccountInForce out =
          await(owner, its -> its.getCircuitsCount() == 1 && waiting(its) >= MANY / 2);

      assertThat(out.getCircuits(0).getComposition()).isEqualTo("ask");
      assertThat(out.getScopes(0).getQueued()).as("what waits is in no scope").isZero();
      int barred = 0;
      for (Invocation each : asked) {
        barred += Owners.given(owner.status(each.id()).get()).getCallsBarred();
      }
      assertThat(barred).as("each says for what it waits").isPositive();
      web = serve(web.getAddress().getPort());
      for (Invocation each : asked) {
        requireCompleted(each);
      }
      await(owner, its -> its.getCircuitsCount() == 0);
    } finally {
      web.stop(0);
    }
  }

  private static HttpServer serve(int port) throws IOException {
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    web.createContext(
        "/",
        exchange -> {
          byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    web.start();
    return web;
  }

  private static int waiting(Door.AccountInForce account) {
    return account.getCircuitsList().stream().mapToInt(Door.Circuit::getWaiting).sum();
  }

  private static void requireCompleted(Invocation invocation) throws Exception {
    assertThat(invocation.result().get(90, TimeUnit.SECONDS))
        .isInstanceOf(ClientOutcome.Completed.class);
  }

  /** A cell that was born just now has activated nothing yet; terms take the same format. */
  private static void awaitFormat(Client owner) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (owner.terms().get() instanceof Reply.Refused<?> && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    Owners.given(owner.terms().get());
  }

  private static Door.AccountInForce await(Client owner, Predicate<Door.AccountInForce> wanted)
      throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    Door.AccountInForce account = account(owner);
    while (!wanted.test(account)) {
      if (System.nanoTime() > until) {
        throw new AssertionError("it stays so: " + account);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      account = account(owner);
    }
    return account;
  }

  private static Door.AccountInForce account(Client owner) throws Exception {
    return Owners.given(owner.inForce(Optional.empty()).get()).getAccounts(0);
  }
}
