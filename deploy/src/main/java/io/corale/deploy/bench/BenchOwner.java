package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Reply;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Terms;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/** An owner with one function at the recorder, and a composition that calls it once. */
final class BenchOwner {
  static final String COMPOSITION = "work";

  /** A node that is overloaded is asked late, and answered all the same. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final long PAUSE_MILLIS = 100;

  /** Of the first invocation, for which the cell is born. */
  private static final int BIRTHS = 4;

  private BenchOwner() {}

  /** Enters it. */
  static void enter(Client client, String url, int limit, Duration latency)
      throws InterruptedException, ExecutionException {
    Owners.enter(client, Owners.account("functions", "http", limit, "url", url));
    Owners.publish(
        client,
        Chain.composition(
            COMPOSITION,
            1,
            "{id: http, account: functions, timeout: PT20S, path: '/%s?latency=%s'}"
                .formatted(client.owner().orElseThrow(), latency),
            false));
  }

  /** Has its cell born. */
  static void bear(Client client) throws InterruptedException, ExecutionException, NoFigures {
    ClientOutcome outcome = first(client);
    for (int i = 1; i < BIRTHS && !(outcome instanceof ClientOutcome.Completed); i++) {
      outcome = first(client);
    }
    if (!(outcome instanceof ClientOutcome.Completed)) {
      throw new NoFigures(
          "the first invocation of " + client.owner().orElseThrow() + ": " + outcome);
    }
  }

  private static ClientOutcome first(Client client)
      throws InterruptedException, ExecutionException {
    return Chain.run(client, COMPOSITION, Payload.NULL).toCompletableFuture().get();
  }

  /** Has it agree to so many calls that wait; a cell that was born just now takes a moment. */
  static void agree(Client client, int queue) throws InterruptedException, ExecutionException {
    Terms terms =
        new Terms(
            0,
            queue,
            Terms.STANDARD.maxQueuedBytes(),
            Terms.STANDARD.maxLive(),
            Terms.ANY_RATE,
            new TreeMap<>());
    long until = System.nanoTime() + PATIENCE.toNanos();
    Reply<Door.TermsReport> reply = client.putTerms(terms).get();
    while (reply instanceof Reply.Refused<Door.TermsReport> no
        && no.refusal().code() == Refusal.Code.UNSUPPORTED
        && System.nanoTime() < until) {
      Thread.sleep(PAUSE_MILLIS);
      reply = client.putTerms(terms).get();
    }
    Owners.given(reply);
  }

  /** Which node is the superpeer of its cell; it takes a moment until others know. */
  static String superpeer(Client client)
      throws InterruptedException, ExecutionException, NoFigures {
    long until = System.nanoTime() + PATIENCE.toNanos();
    do {
      String name = Owners.given(client.cells().get()).getCells(0).getSuperpeer();
      if (!name.isEmpty()) {
        return name;
      }
      Thread.sleep(PAUSE_MILLIS);
    } while (System.nanoTime() < until);
    throw new NoFigures("the cell of " + client.owner().orElseThrow() + " has no superpeer");
  }
}
