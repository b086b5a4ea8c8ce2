package io.corale.node.outward.netty;

import io.corale.model.Outcome;
import io.corale.node.outward.netty.PeerPools.Peer;
import io.corale.node.provider.TargetRules;
import io.netty.channel.Channel;
import io.netty.channel.pool.ChannelPool;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * How an attempt comes by a connection to its far side: the name is looked up, its addresses that
 * the operator's rules allow are tried one after the other, and the first connection that is ready
 * to be spoken on is taken. Thread-safe; never blocks.
 *
 * <p>The address that was checked is the one that is connected to, so that a name which resolves
 * differently a moment later leads nowhere.
 */
public final class Reach implements AutoCloseable {
  /** A name has more for load than for rescue, and each may take a second to say nothing. */
  private static final int MAX_ADDRESSES = 4;

  /** By then some of so many names are found, or connections free. */
  private static final Duration FULL_RETRY_AFTER = Duration.ofSeconds(1);

  private final TargetRules rules;
  private final PeerPools pools;
  private final Function<Channel, Future<Channel>> ready;
  private final Lookups lookups;

  /**
   * A far side, and for whom it is reached.
   *
   * @param owner who waits for no names of others
   * @param host name or address; one of IPv6 in brackets
   */
  public record Goal(String owner, String host, int port, boolean isSecure) {
    private Peer at(InetAddress address) {
      String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      return new Peer(new InetSocketAddress(address, port), isSecure ? name : "");
    }

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** Who is to come there; told one of the two, once. */
  public interface Traveller {
    /** There is a connection, to be given back to its pool; told on its event loop. */
    void arrived(Channel channel, ChannelPool pool);

    /** There is none, so that nothing has been sent. */
    void stranded(Outcome outcome);
  }

  /**
   * @param threads what its threads are called
   * @param pools closed with this
   * @param ready completes when the far side has proved who it is and what it speaks
   */
  public Reach(
      String threads,
      TargetRules rules,
      PeerPools pools,
      Function<Channel, Future<Channel>> ready) {
    this(
        rules, pools, ready, new Lookups(threads, host -> List.of(InetAddress.getAllByName(host))));
  }

  Reach(
      TargetRules rules,
      PeerPools pools,
      Function<Channel, Future<Channel>> ready,
      Lookups lookups) {
    this.rules = rules;
    this.pools = pools;
    this.ready = ready;
    this.lookups = lookups;
  }

  /** Brings somebody to a far side. */
  public void to(Goal goal, Traveller traveller) {
    boolean isTaken =
        lookups.find(
            goal.owner(),
            goal.host(),
            found -> safely(goal, traveller, () -> choose(goal, found, traveller)));
    if (!isTaken) {
      traveller.stranded(full());
    }
  }

  /** What breaks here has sent nothing, and must not leave an attempt without its end. */
  private static void safely(Goal goal, Traveller traveller, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      traveller.stranded(unreachable(goal, e));
    }
  }

  private void choose(Goal goal, List<InetAddress> found, Traveller traveller) {
    if (found.isEmpty()) {
      traveller.stranded(new Outcome.Unavailable("host '" + goal.host() + "' is not known", false));
      return;
    }
    List<InetAddress> allowed =
        found.stream()
            .filter(address -> rules.allow(goal.host(), address))
            .limit(MAX_ADDRESSES)
            .toList();
    if (allowed.isEmpty()) {
      traveller.stranded(
          new Outcome.FunctionError(TargetRules.refusal(goal.host(), found.get(0)), false));
      return;
    }
    connect(goal, allowed.iterator(), traveller);
  }

  private void connect(Goal goal, Iterator<InetAddress> addresses, Traveller traveller) {
    ChannelPool pool = pools.to(goal.at(addresses.next()));
    pool.acquire()
        .addListener(
            (Future<Channel> acquired) ->
                safely(
                    goal,
                    traveller,
                    () -> {
                      if (acquired.isSuccess()) {
                        meet(goal, acquired.getNow(), pool, addresses, traveller);
                      } else if (isFull(acquired.cause())) {
                        traveller.stranded(full());
                      } else {
                        missed(goal, addresses, traveller, acquired.cause());
                      }
                    }));
  }

  private void meet(
      Goal goal,
      Channel channel,
      ChannelPool pool,
      Iterator<InetAddress> addresses,
      Traveller traveller) {
    ready
        .apply(channel)
        .addListener(
            met ->
                safely(
                    goal,
                    traveller,
                    () -> {
                      if (met.isSuccess()) {
                        channel.eventLoop().execute(() -> traveller.arrived(channel, pool));
                      } else {
                        channel.close();
                        pool.release(channel);
                        missed(goal, addresses, traveller, met.cause());
                      }
                    }));
  }

  private void missed(
      Goal goal, Iterator<InetAddress> addresses, Traveller traveller, Throwable cause) {
    if (addresses.hasNext()) {
      connect(goal, addresses, traveller);
    } else {
      traveller.stranded(unreachable(goal, cause));
    }
  }

  /** Whether a pool has no room, or is being replaced, which says nothing of its far side. */
  static boolean isFull(Throwable cause) {
    return cause instanceof IllegalStateException || cause instanceof TimeoutException;
  }

  private static Outcome full() {
    return Outcome.Throttled.byUs(FULL_RETRY_AFTER);
  }

  private static Outcome unreachable(Goal goal, Throwable cause) {
    return new Outcome.Unavailable("no connection to " + goal + ": " + cause.getMessage(), false);
  }

  @Override
  public void close() {
    lookups.close();
    pools.close();
  }
}
