package io.corale.sim;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * A network of named parties on virtual time that delays, reorders, loses and doubles messages by
 * chance, and whose links can be cut and healed. It never alters a message.
 *
 * @param <P> names a party
 * @param <M> what is sent
 */
public final class SimNetwork<P, M> {
  /**
   * How bad the network is.
   *
   * @param lostPerMille of all messages
   * @param doubledPerMille of the messages that are not lost
   */
  public record Weather(
      Duration leastDelay, Duration mostDelay, int lostPerMille, int doubledPerMille) {
    /** Every message arrives once, within a millisecond, in any order. */
    public static final Weather FAIR = new Weather(Duration.ZERO, Duration.ofMillis(1), 0, 0);
  }

  private record Link<P>(P from, P to) {}

  private final VirtualTime time;
  private final RandomGenerator chance;
  private final Map<P, BiConsumer<P, M>> receivers = new LinkedHashMap<>();
  private final Set<Link<P>> cuts = new LinkedHashSet<>();
  private Weather weather = Weather.FAIR;
  private long delivered;
  private long lost;
  private long doubled;

  public SimNetwork(VirtualTime time, RandomGenerator chance) {
    this.time = time;
    this.chance = chance;
  }

  /** Changes the weather for what is sent from now on. */
  public void weather(Weather now) {
    weather = now;
  }

  /** Lets a party receive; {@code receiver} gets the sender and the message. */
  public void attach(P party, BiConsumer<P, M> receiver) {
    receivers.put(party, receiver);
  }

  /** A party that is gone: what is under way to it is lost. */
  public void detach(P party) {
    receivers.remove(party);
  }

  /** Sends one message; it may be lost, late or doubled. */
  public void send(P from, P to, M message) {
    if (draw(weather.lostPerMille())) {
      lost++;
      return;
    }
    deliverLater(from, to, message);
    if (draw(weather.doubledPerMille())) {
      doubled++;
      deliverLater(from, to, message);
    }
  }

  /** Cuts the link in one direction, also for what is under way. */
  public void cut(P from, P to) {
    cuts.add(new Link<>(from, to));
  }

  /** Cuts off these parties from all others, in both directions. */
  public void isolate(Set<P> island) {
    for (P inside : receivers.keySet()) {
      for (P outside : receivers.keySet()) {
        if (island.contains(inside) && !island.contains(outside)) {
          cut(inside, outside);
          cut(outside, inside);
        }
      }
    }
  }

  /** Mends all links. */
  public void heal() {
    cuts.clear();
  }

  public long delivered() {
    return delivered;
  }

  public long lost() {
    return lost;
  }

  public long doubled() {
    return doubled;
  }

  private void deliverLater(P from, P to, M message) {
    long least = weather.leastDelay().toNanos();
    long most = weather.mostDelay().toNanos();
    long delay = least + (most > least ? chance.nextLong(most - least) : 0);
    time.after(Duration.ofNanos(delay), () -> deliver(from, to, message));
  }

  private void deliver(P from, P to, M message) {
    BiConsumer<P, M> receiver = receivers.get(to);
    if (receiver == null || cuts.contains(new Link<>(from, to))) {
      lost++;
      return;
    }
    delivered++;
    receiver.accept(from, message);
  }

  private boolean draw(int perMille) {
    return perMille > 0 && chance.nextInt(1_000) < perMille;
  }
}
