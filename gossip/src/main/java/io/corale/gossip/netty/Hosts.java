package io.corale.gossip.netty;

import io.corale.wire.netty.Addresses;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds where datagrams to {@code host:port} go. Names are looked up beside, because that may take
 * seconds: until one is known, datagrams to it are lost, as any may be. Thread-safe.
 */
final class Hosts {
  private static final Logger log = LoggerFactory.getLogger(Hosts.class);

  /** Addresses move; half a minute is shorter than what anybody draws from a silence. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** More than there are nodes. */
  private static final int MAX_NAMES = 32_768;

  private final Executor beside;
  private final ConcurrentMap<String, Known> byAddress = new ConcurrentHashMap<>();

  /**
   * Where a name was found.
   *
   * @param isAsked whether it is being looked up
   */
  private record Known(
      Optional<InetSocketAddress> address, long atNanos, boolean isLiteral, boolean isAsked) {}

  /**
   * @param beside where names are looked up; each waits there once at a time
   */
  Hosts(Executor beside) {
    this.beside = beside;
  }

  /** Where it is; empty where that is not known yet, or not at all. */
  Optional<InetSocketAddress> find(String address) {
    Known known = byAddress.get(address);
    if (known == null) {
      if (byAddress.size() >= MAX_NAMES) {
        byAddress.clear();
      }
      known = literal(address);
      byAddress.put(address, known);
    }
    boolean isStale = System.nanoTime() - known.atNanos >= FRESH_NANOS;
    if (!known.isLiteral && (isStale || known.address.isEmpty())) {
      lookUp(address, known);
    }
    return known.address;
  }

  private static Known literal(String address) {
    long never = System.nanoTime() - FRESH_NANOS;
    try {
      InetSocketAddress parsed = Addresses.parse(address);
      InetAddress literal = NetUtil.createInetAddressFromIpAddressString(parsed.getHostString());
      return literal == null
          ? new Known(Optional.empty(), never, false, false)
          : new Known(
              Optional.of(new InetSocketAddress(literal, parsed.getPort())), never, true, false);
    } catch (IllegalArgumentException e) {
      log.debug("a node says that it is at '{}': {}", address, e.getMessage());
      return new Known(Optional.empty(), never, true, false);
    }
  }

  private void lookUp(String address, Known before) {
    // Marked as fresh at once, so that it is looked up once at a time.
    Known asked = new Known(before.address, System.nanoTime(), false, true);
    boolean isOurs = !before.isAsked && isDue(before) && byAddress.replace(address, before, asked);
    if (isOurs) {
      beside.execute(() -> byAddress.put(address, lookedUp(address, asked)));
    }
  }

  /** A name that is not known is asked for once a second, not with each datagram. */
  private static boolean isDue(Known before) {
    long wait = before.address.isEmpty() ? TimeUnit.SECONDS.toNanos(1) : FRESH_NANOS;
    return System.nanoTime() - before.atNanos >= wait;
  }

  private static Known lookedUp(String address, Known before) {
    try {
      InetSocketAddress parsed = Addresses.parse(address);
      InetAddress host = InetAddress.getByName(parsed.getHostString());
      InetSocketAddress found = new InetSocketAddress(host, parsed.getPort());
      return new Known(Optional.of(found), System.nanoTime(), false, false);
    } catch (UnknownHostException e) {
      log.debug("'{}' cannot be resolved: {}", address, e.getMessage());
      return new Known(before.address, System.nanoTime(), false, false);
    }
  }
}
