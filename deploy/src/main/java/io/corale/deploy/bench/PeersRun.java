package io.corale.deploy.bench;

import io.corale.deploy.bench.Contender.Load;
import io.corale.deploy.cluster.CoraleProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One contender, once started: loaded with each number in flight in turn. */
final class PeersRun {
  /** The same processes have run before; this lets a new load settle. */
  private static final Duration NEXT_WARM_UP = Duration.ofSeconds(5);

  private PeersRun() {}

  /**
   * What one contender showed under one load.
   *
   * @param loop measured; its failures are those of the whole load, to its end
   * @param servers processor time of its three servers
   * @param drivers processor time of all that begins chains and performs steps, this process too
   * @param syncs after the measured time, under the same load; empty where none could be seen
   */
  record Figures(
      String name,
      int inFlight,
      LoopFigures loop,
      Duration servers,
      Duration drivers,
      Optional<Syncs> syncs) {
    /** What is acknowledged is on two disks of three: fewer that sync are a broken promise. */
    private static final int MAJORITY = 2;

    /** Why nothing follows from them, if so. */
    Optional<String> doubt(int steps) {
      if (loop.failed() > 0) {
        return Optional.of(loop.failed() + " failed");
      }
      if (loop.count() == 0) {
        return Optional.of("nothing was done");
      }
      if (syncs.isEmpty()) {
        return Optional.of("nobody saw its servers sync");
      }
      // One that is alone shares no sync: then even a server's rare syncs of its own are told
      // apart from those of each step.
      double least = inFlight == 1 ? steps : 0;
      return syncs.get().syncing(least) < MAJORITY
          ? Optional.of("fewer than two servers sync what they acknowledge")
          : Optional.empty();
    }
  }

  /** What is run with each of them. */
  record Plan(List<Integer> inFlight, Duration warmUp, Duration measured) {}

  /** Looks at servers under a load. */
  interface Watch {
    Optional<Syncs> see(List<CoraleProcess> servers, Load load) throws InterruptedException;
  }

  /** Loads it with each number in turn, and tells what was shown as soon as it is known. */
  static void run(Contender contender, Plan plan, Watch watch, Consumer<Figures> shown)
      throws IOException, InterruptedException, NoFigures {
    Duration warmUp = plan.warmUp;
    for (int inFlight : plan.inFlight) {
      Contender.Pace pace = new Contender.Pace(inFlight, warmUp, plan.measured);
      shown.accept(measure(contender, pace, watch));
      warmUp = NEXT_WARM_UP;
    }
  }

  private static Figures measure(Contender contender, Contender.Pace pace, Watch watch)
      throws IOException, InterruptedException, NoFigures {
    Load load = contender.load(pace);
    load.warmUp();
    Duration servers = ProcessorTime.of(contender.servers());
    Duration drivers = drivers(contender);
    LoopFigures loop = load.measure();
    Duration serversTook = ProcessorTime.of(contender.servers()).minus(servers);
    Duration driversTook = drivers(contender).minus(drivers);
    requireAlive(contender, "while it was measured");
    Optional<Syncs> syncs = watch.see(contender.servers(), load);
    requireAlive(contender, "while its syncs were counted");
    long failed = load.end();
    requireAlive(contender, "while its last chains ended");
    return new Figures(
        contender.name(),
        pace.inFlight(),
        loop.withFailed(failed),
        serversTook,
        driversTook,
        syncs);
  }

  private static Duration drivers(Contender contender) {
    return ProcessorTime.of(contender.drivers()).plus(ProcessorTime.ofThis());
  }

  /** A majority goes on without one, and its processor time is then that of nobody. */
  private static void requireAlive(Contender contender, String when) throws NoFigures {
    Optional<CoraleProcess> dead =
        Stream.concat(contender.servers().stream(), contender.drivers().stream())
            .filter(process -> !process.isAlive())
            .findFirst();
    if (dead.isPresent()) {
      throw new NoFigures(dead.get().name() + " ended " + when);
    }
  }
}
