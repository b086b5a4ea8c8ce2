package io.corale.client;

import io.corale.model.OwnerId;
import io.corale.wire.netty.Addresses;
import io.corale.wire.netty.Introduction;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;

/** Collects what a {@link Client} needs; only {@link #nodes} must be given. */
public final class ClientBuilder {
  /** The longest that a cluster keeps receipts (rule 24). */
  static final Duration MAX_RETRY_FOR = Duration.ofHours(24);

  private static final int DEFAULT_IN_FLIGHT = 1_024;

  private List<String> nodes = List.of();
  private Optional<OwnerId> owner = Optional.empty();
  private Optional<String> token = Optional.empty();
  private String name = "java";
  private Duration retryFor = Duration.ofMinutes(10);
  private Duration rememberFor = Duration.ZERO;
  private Duration patience = Duration.ofSeconds(30);
  private int maxInFlight = DEFAULT_IN_FLIGHT;
  private boolean letsWait;
  private Executor executor = ForkJoinPool.commonPool();
  private Optional<Client> sharing = Optional.empty();

  ClientBuilder() {}

  /** Nodes to ask first, as {@code host:port}; any one that answers will do. */
  public ClientBuilder nodes(String... hostPorts) {
    return nodes(List.of(hostPorts));
  }

  /** Nodes to ask first, as {@code host:port}; any one that answers will do. */
  public ClientBuilder nodes(Collection<String> hostPorts) {
    List<String> checked = new ArrayList<>();
    for (String hostPort : hostPorts) {
      Addresses.parse(hostPort);
      checked.add(hostPort);
    }
    nodes = checked;
    return this;
  }

  /** Whose compositions to invoke. */
  public ClientBuilder owner(String id) {
    owner = Optional.of(new OwnerId(id));
    return this;
  }

  /** The secret that proves who asks. */
  public ClientBuilder token(String secret) {
    token = Optional.of(secret);
    return this;
  }

  /** How nodes call this client in their logs. */
  public ClientBuilder name(String text) {
    name = text;
    return this;
  }

  /** How long a start is retried under its id, at most 24 h; 10 minutes by default. */
  public ClientBuilder retryFor(Duration duration) {
    if (duration.isNegative() || duration.isZero() || duration.compareTo(MAX_RETRY_FOR) > 0) {
      throw new IllegalArgumentException(
          "retryFor must be above zero and at most " + MAX_RETRY_FOR + ", was " + duration);
    }
    retryFor = duration;
    return this;
  }

  /**
   * How long a start is remembered for whoever asks again under its id by another client, such as
   * the same program started anew; at most 24 h. No shorter than it is retried, which is also the
   * default.
   */
  public ClientBuilder rememberFor(Duration duration) {
    if (duration.isNegative() || duration.compareTo(MAX_RETRY_FOR) > 0) {
      throw new IllegalArgumentException(
          "rememberFor must be from zero to " + MAX_RETRY_FOR + ", was " + duration);
    }
    rememberFor = duration;
    return this;
  }

  /** How long all other requests are retried; 30 seconds by default. */
  public ClientBuilder patience(Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("patience must be above zero, was " + duration);
    }
    patience = duration;
    return this;
  }

  /** How many invocations may have been started and not ended; one more is refused at once. */
  public ClientBuilder maxInFlight(int limit) {
    maxInFlight = limit;
    letsWait = false;
    return this;
  }

  /** As {@link #maxInFlight}, but one more waits its turn, without holding a thread. */
  public ClientBuilder maxInFlightThenWait(int limit) {
    maxInFlight = limit;
    letsWait = true;
    return this;
  }

  /** Where futures complete; the common pool by default. */
  public ClientBuilder executor(Executor chosen) {
    executor = chosen;
    return this;
  }

  /**
   * Uses the connections and threads of another client, and goes by its name, as in a program that
   * invokes for many owners. Once the other is closed, so is this one; not the other way round. A
   * node's bound of open requests is one of connections, so it is theirs together.
   */
  public ClientBuilder sharing(Client other) {
    sharing = Optional.of(other);
    return this;
  }

  public Client build() {
    Doors doors = new Doors(nodes, ThreadLocalRandom.current().nextInt(1 << 16));
    Line line =
        sharing
            .<Line>map(other -> new BorrowedLine(other.line()))
            .orElseGet(() -> new NettyLine(Introduction.ofClient(name, build(Client.class))));
    return new Client(
        settings(),
        new Asking.Means(line, doors, () -> ThreadLocalRandom.current().nextDouble()),
        Clock.systemUTC());
  }

  private static String build(Class<?> of) {
    return Optional.ofNullable(of.getPackage().getImplementationVersion()).orElse("development");
  }

  Settings settings() {
    return new Settings(
        owner, token, retryFor, rememberFor, patience, maxInFlight, letsWait, executor);
  }
}
