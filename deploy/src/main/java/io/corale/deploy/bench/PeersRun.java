package io.corale.deploy.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One contender, once started: loaded with each number in flight in turn. */
final class PeersRun {
  /** What ran before has compiled nearly all; this lets a new load settle. */
  private static final Duration NEXT_WARM_UP = Duration.ofSeconds(5);

  /** Long enough to see a sync of each server, short enough to be affordable. */
  private static final Duration TRACED = Duration.ofSeconds(4);

  private PeersRun() {}

  /**
   * What one contender showed under one load.
   *
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
    boolean isSound() {
      return loop.failed() == 0
          && loop.count() > 0
          && syncs.map(each -> each.syncing() >= 2).orElse(true);
    }
  }

  /** What is run with each of them. */
  record Plan(List<Integer> inFlight, Duration warmUp, Duration measured) {}

  /** Loads it with each number in turn. */
  static List<Figures> run(Contender contender, Plan plan, Path directory)
      throws IOException, InterruptedException, NoFigures {
    List<Figures> figures = new ArrayList<>();
    for (int inFlight : plan.inFlight) {
      Duration warmUp = figures.isEmpty() ? plan.warmUp : NEXT_WARM_UP;
      Contender.Pace pace = new Contender.Pace(inFlight, warmUp, plan.measured);
      Contender.Load load = contender.load(pace);
      figures.add(measure(contender, load, inFlight, directory));
      load.end();
    }
    return figures;
  }

  private static Figures measure(
      Contender contender, Contender.Load load, int inFlight, Path directory)
      throws IOException, InterruptedException {
    load.warmUp();
    Duration servers = ProcessorTime.of(contender.servers());
    Duration drivers = drivers(contender);
    LoopFigures loop = load.measure();
    Duration serversAfter = ProcessorTime.of(contender.servers());
    Duration driversAfter = drivers(contender);
    Optional<Syncs> syncs = Syncs.seen(contender.servers(), load, directory, TRACED);
    return new Figures(
        contender.name(),
        inFlight,
        loop,
        serversAfter.minus(servers),
        driversAfter.minus(drivers),
        syncs);
  }

  private static Duration drivers(Contender contender) {
    return ProcessorTime.of(contender.drivers()).plus(ProcessorTime.ofThis());
  }
}
