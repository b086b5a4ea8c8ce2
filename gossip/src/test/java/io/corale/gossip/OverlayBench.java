package io.corale.gossip;

import io.corale.model.CellId;
import io.corale.model.OwnerId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Figures of the overlay from the simulator, in virtual time: the same on every machine. Called by
 * {@code deploy/bench/run overlay}.
 */
public final class OverlayBench {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<Habits> HABITS =
      List.of(Habits.SHIPPED, Habits.PATIENT_SWIM, Habits.PLAIN_SWIM);

  private final long seed;
  private final List<Integer> sizes;
  private final Path out;
  private final int repeats;
  private final List<Integer> lossesPerMille;

  private OverlayBench(
      long seed, List<Integer> sizes, List<Integer> lossesPerMille, Path out, int repeats) {
    this.seed = seed;
    this.sizes = sizes;
    this.lossesPerMille = lossesPerMille;
    this.out = out;
    this.repeats = repeats;
  }

  /** Begins. */
  public static void main(String[] arguments) throws IOException {
    long seed = 1;
    Path out = Path.of("overlay-curves");
    List<Integer> sizes = List.of(10, 30, 100, 300, 1_000);
    List<Integer> losses = List.of(0, 10, 50, 100, 300);
    List<String> curves = List.of("spread", "bytes", "detect", "slow", "heal");
    int repeats = 5;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--seed" -> seed = Long.parseLong(value(arguments, ++i));
        case "--out" -> out = Path.of(value(arguments, ++i));
        case "--nodes" -> sizes = numbers(value(arguments, ++i));
        case "--loss" -> losses = numbers(value(arguments, ++i));
        case "--curves" -> curves = List.of(value(arguments, ++i).split(","));
        case "--quick" -> {
          sizes = List.of(10, 30, 100);
          repeats = 2;
        }
        default -> {
          System.err.println("bench overlay: unknown argument '" + arguments[i] + "'");
          System.exit(2);
        }
      }
    }
    new OverlayBench(seed, sizes, losses, out, repeats).run(curves);
  }

  private static String value(String[] arguments, int at) {
    if (at >= arguments.length) {
      System.err.println("bench overlay: " + arguments[at - 1] + " wants a value");
      System.exit(2);
    }
    return arguments[at];
  }

  private static List<Integer> numbers(String text) {
    List<Integer> numbers = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      numbers.add(Integer.valueOf(one));
    }
    return numbers;
  }

  private void run(List<String> wanted) throws IOException {
    for (String curve : wanted) {
      switch (curve) {
        case "spread" -> spread();
        case "bytes" -> bytes();
        case "detect" -> detect();
        case "slow" -> slow();
        case "heal" -> heal();
        default -> {
          System.err.println(
              "bench overlay: no curve '" + curve + "': spread, bytes, detect, slow or heal");
          System.exit(2);
        }
      }
    }
  }

  private World settled(long of, int size, int lostPerMille, Habits habits) {
    World world = new World(of, size, size, habits);
    world.introduceAll();
    world.network.lose(lostPerMille);
    world.run(Duration.ofSeconds(30));
    return world;
  }

  /** A claim: until half, 99 of 100 and all nodes know it, in milliseconds; mean of some runs. */
  private void spread() throws IOException {
    Curves curves = new Curves("spread of a claim", "nodes", "ms");
    for (int size : sizes) {
      for (int loss : lossesPerMille) {
        double[] sums = new double[3];
        World world = settled(seed, size, loss, Habits.SHIPPED);
        for (int repeat = 0; repeat < repeats; repeat++) {
          double[] took = spread(world, repeat);
          for (int i = 0; i < sums.length; i++) {
            sums[i] += took[i];
          }
        }
        String of = " at " + loss / 10 + "% loss";
        curves.add("t50" + of, size, sums[0] / repeats);
        curves.add("t99" + of, size, sums[1] / repeats);
        curves.add("t100" + of, size, sums[2] / repeats);
      }
    }
    curves.write(out);
  }

  private static double[] spread(World world, int repeat) {
    int writer = world.faults.nextInt(world.peers.size());
    CellId cell = CellId.home(new OwnerId("spread-" + repeat));
    long from = world.time.nowNanos();
    world.claim(writer, List.of(world.claim(writer, cell.owner().value(), 1 + repeat, true)));
    double[] took = {
      until(world, cell, 0.5, from), until(world, cell, 0.99, from), until(world, cell, 1, from)
    };
    world.claim(writer, List.of());
    world.run(Duration.ofSeconds(5));
    return took;
  }

  private static double until(World world, CellId cell, double share, long fromNanos) {
    Predicate<World> isKnown =
        w ->
            w.peers.stream().filter(p -> p.core.beliefs().leader(cell).isPresent()).count()
                >= share * w.peers.size();
    long limit = fromNanos + LIMIT.toNanos();
    while (!isKnown.test(world) && world.time.nowNanos() < limit) {
      world.run(Duration.ofMillis(10));
    }
    return (world.time.nowNanos() - fromNanos) / 1e6;
  }

  /** Bytes that a node sends in a second, while nothing happens, and with a change each second. */
  private void bytes() throws IOException {
    Curves curves = new Curves("bytes", "nodes", "bytes per second and node");
    for (int size : sizes) {
      World world = settled(seed, size, 10, Habits.SHIPPED);
      world.run(Duration.ofMinutes(1));
      curves.add("quiet", size, rate(world, 0));
      for (int changes : new int[] {1, 10}) {
        curves.add(changes + " changed claims a second", size, rate(world, changes));
      }
    }
    curves.write(out);
  }

  private static double rate(World world, int changesPerSecond) {
    int seconds = 30;
    long before = world.sentBytes();
    for (int second = 0; second < seconds; second++) {
      for (int change = 0; change < changesPerSecond; change++) {
        int writer = world.faults.nextInt(world.peers.size());
        long term = world.micros();
        world.claim(writer, List.of(world.claim(writer, "owner-" + writer, term, true)));
        world.run(Duration.ofNanos(1_000_000_000L / changesPerSecond));
      }
      world.run(changesPerSecond == 0 ? Duration.ofSeconds(1) : Duration.ZERO);
    }
    return (double) (world.sentBytes() - before) / seconds / world.peers.size();
  }

  /** Seconds until 99 of 100 nodes know of a crash; and live ones believed dead in an hour. */
  private void detect() throws IOException {
    Curves curves = new Curves("detection of a crash", "nodes", "s");
    Curves wrong = new Curves("false deaths", "loss in per mille", "per hour");
    for (int size : sizes) {
      for (int loss : lossesPerMille) {
        double sum = 0;
        World world = settled(seed, size, loss, Habits.SHIPPED);
        for (int repeat = 0; repeat < Math.min(repeats, size / 5); repeat++) {
          world.crash(size - 1 - repeat);
          long up = world.peers.stream().filter(peer -> peer.isUp).count();
          sum += world.runUntil(w -> w.seeingAll() >= 0.99 * up, LIMIT).toMillis() / 1e3;
          world.run(Duration.ofSeconds(5));
        }
        curves.add("99% know, " + loss / 10 + "% loss", size, sum / Math.min(repeats, size / 5));
        double hours = world.time.nowNanos() / 3.6e12;
        wrong.add(size + " nodes", loss, world.falseDeaths() / hours);
      }
    }
    curves.write(out);
    wrong.write(out);
  }

  /** Healthy nodes that are believed dead in two minutes, because others are slow. */
  private void slow() throws IOException {
    Curves curves = new Curves("deaths by slow nodes", "slow of 128 nodes", "believed dead");
    for (Habits habits : HABITS) {
      for (int slow : new int[] {1, 2, 4, 8, 16, 32}) {
        World world = settled(seed, 128, 0, habits);
        world.count(death -> death.victim().number >= slow);
        for (int node = 0; node < slow; node++) {
          world.slow(node, Duration.ofMillis(500), Duration.ofMillis(4_000));
        }
        world.run(Duration.ofMinutes(2));
        curves.add(name(habits), slow, (double) world.falseDeaths());
      }
    }
    curves.write(out);
  }

  private static String name(Habits habits) {
    if (habits.isLifeguard()) {
      return "as shipped";
    }
    return habits.asksAgain() ? "SWIM that asks again" : "plain SWIM";
  }

  /** Seconds from the end of a partition of ten minutes until all hold the same again. */
  private void heal() throws IOException {
    Curves curves = new Curves("healing", "nodes", "s");
    for (int size : sizes) {
      World world = settled(seed, size, 10, Habits.SHIPPED);
      world.partition(size / 2);
      world.run(Duration.ofMinutes(10));
      world.network.heal();
      Duration took = world.runUntil(w -> w.allSeeAll() && w.allHoldTheSame(), LIMIT);
      curves.add("half and half for 10 min", size, took.toMillis() / 1e3);
    }
    curves.write(out);
  }
}
