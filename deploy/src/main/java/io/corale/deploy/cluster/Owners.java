package io.corale.deploy.cluster;

import io.corale.client.Client;
import io.corale.client.Reply;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/** Enters owners with what they need to run something. */
public final class Owners {
  private static final Duration TO_LEAD = Duration.ofMinutes(1);
  private static final long POLL_MILLIS = 50;

  private Owners() {}

  /** An account whose one scope is the whole of it. */
  public static Account account(
      String id, String provider, int limit, String setting, String value) {
    TreeMap<String, String> settings = new TreeMap<>();
    settings.put(setting, value);
    return account(id, provider, limit, settings);
  }

  /** An account without settings whose one scope is the whole of it. */
  public static Account account(String id, String provider, int limit) {
    return account(id, provider, limit, new TreeMap<>());
  }

  private static Account account(
      String id, String provider, int limit, SortedMap<String, String> settings) {
    return new Account(
        new AccountId(id),
        provider,
        0,
        Policy.LST_BL,
        settings,
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), limit)));
  }

  /** Enters the client's owner with these accounts. */
  public static void enter(Client client, Account... accounts)
      throws InterruptedException, ExecutionException {
    given(client.createOwner().get());
    for (Account account : accounts) {
      given(client.putAccount(account).get());
    }
  }

  /** Publishes a composition of the client's owner. */
  public static void publish(Client client, String source)
      throws InterruptedException, ExecutionException {
    given(client.publish(source).get());
  }

  /** The node that leads the owner's cell, as soon as who is asked knows one. */
  public static String superpeer(Client client) throws InterruptedException, ExecutionException {
    long until = System.nanoTime() + TO_LEAD.toNanos();
    while (true) {
      Door.CellList cells = given(client.cells().get());
      String name = cells.getCellsCount() == 0 ? "" : cells.getCells(0).getSuperpeer();
      if (!name.isEmpty()) {
        return name;
      }
      if (System.nanoTime() > until) {
        throw new IllegalStateException("nobody leads within " + TO_LEAD + ": " + cells);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** What a request gave; throws, saying what came instead, where it gave nothing. */
  public static <T> T given(Reply<T> reply) {
    if (reply instanceof Reply.Given<T> given) {
      return given.value();
    }
    throw new IllegalStateException("not done: " + reply);
  }
}
