package io.corale.scheduler;

import io.corale.sim.Chance;
import io.corale.sim.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * The proposals of a superpeer and a log at some distance, in virtual time: callers keep chains of
 * calls in flight, each with a command to begin and one for each call, and an entry costs a
 * processor some time before it travels.
 */
final class DistantCell {
  /**
   * Whose processor it is, and how far the members are.
   *
   * @param entryNanos of the processor for each entry
   * @param commandNanos and for each of its commands
   * @param commitNanos until disks and members have an entry: nine tenths to thirteen of this
   */
  record Place(long entryNanos, long commandNanos, long commitNanos) {
    /** Each member on a machine of its own. */
    static Place apart(Duration commit) {
      return new Place(500_000, 25_000, commit.toNanos());
    }

    /** Three members on two cores: as measured with 47 and with 70 commands in an entry. */
    static Place together(Duration commit) {
      return new Place(2_500_000, 36_000, commit.toNanos());
    }

    /** The same where others take most of the processors. */
    Place slower(double times) {
      return new Place(
          (long) (entryNanos * times), (long) (commandNanos * times), (long) (commitNanos * times));
    }
  }

  /** What callers keep in flight. */
  record Load(int chains, int steps) {}

  /** What came of it. */
  record Figures(Duration p50, Duration p99, double stepsPerSecond, double commandsPerEntry) {}

  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration SPAN = Duration.ofSeconds(10);

  /** A command of a chain without payloads. */
  private static final int COMMAND_BYTES = 160;

  /** A call, and what its caller needs to begin the next chain. */
  private static final long MOST_THINKING_NANOS = 600_000;

  private static final Executor SUPERPEER = new Executor(SuperpeerRig.SELF, 1);

  private final VirtualTime time = new VirtualTime();
  private final Proposals proposals;
  private final Place place;
  private final Load load;
  private final RandomGenerator chance;
  private final long[] begun;
  private final int[] done;
  private final List<Long> latencies = new ArrayList<>();
  private OptionalLong wakesAt = OptionalLong.empty();
  private long busyUntil;
  private long lastCommit;
  private long index;
  private long entries;
  private long commands;

  private DistantCell(Window window, Place place, Load load, long seed) {
    this.proposals = new Proposals(SuperpeerRig.SELF, new Gate(), window);
    this.place = place;
    this.load = load;
    this.chance = new Chance(seed).of("distance");
    this.begun = new long[load.chains()];
    this.done = new int[load.chains()];
  }

  static Figures run(Window window, Place place, Load load, long seed) {
    return new DistantCell(window, place, load, seed).run();
  }

  private Figures run() {
    proposals.begin(SUPERPEER);
    for (int chain = 0; chain < load.chains(); chain++) {
      begin(chain);
    }
    time.run(WARM_UP);
    latencies.clear();
    entries = 0;
    commands = 0;
    time.run(SPAN);
    Collections.sort(latencies);
    return new Figures(
        latency(50),
        latency(99),
        latencies.size() * (double) load.steps() / SPAN.toSeconds(),
        commands / (double) entries);
  }

  private Duration latency(int percent) {
    return Duration.ofNanos(latencies.get(latencies.size() * percent / 100));
  }

  private void begin(int chain) {
    done[chain] = -1;
    long thinking = thinking();
    begun[chain] = time.nowNanos() + thinking;
    time.after(Duration.ofNanos(thinking), () -> ask(chain));
  }

  private long thinking() {
    return chance.nextLong(MOST_THINKING_NANOS);
  }

  private void ask(int chain) {
    QueuedCommand.Asker asker = new QueuedCommand.Asker.Door(chain, time.nowNanos());
    Urgency urgency = done[chain] < 0 ? Urgency.NEW : Urgency.RESULT;
    proposals.add(new QueuedCommand(asker, new Command.Tick(), COMMAND_BYTES, urgency));
    propose();
  }

  private void propose() {
    Optional<Entry> next = proposals.next(index, time.nowNanos());
    while (next.isPresent()) {
      travel(next.get());
      next = proposals.next(index, time.nowNanos());
    }
    OptionalLong opens = proposals.opensAtNanos();
    if (opens.isPresent() && !opens.equals(wakesAt)) {
      wakesAt = opens;
      time.at(opens.getAsLong(), this::propose);
    }
  }

  private void travel(Entry entry) {
    long costs = spread(place.entryNanos()) + entry.commands().size() * place.commandNanos();
    busyUntil = Math.max(busyUntil, time.nowNanos()) + costs;
    lastCommit = Math.max(lastCommit, busyUntil + spread(place.commitNanos()));
    time.at(lastCommit, () -> applied(entry));
  }

  private long spread(long nanos) {
    return nanos * 9 / 10 + chance.nextLong(Math.max(1, nanos * 4 / 10));
  }

  private void applied(Entry entry) {
    index++;
    entries++;
    commands += entry.commands().size();
    for (QueuedCommand command : proposals.applied(1, entry)) {
      advance((int) ((QueuedCommand.Asker.Door) command.asker()).ticket());
    }
    propose();
  }

  private void advance(int chain) {
    done[chain]++;
    if (done[chain] < load.steps()) {
      time.after(Duration.ofNanos(thinking()), () -> ask(chain));
    } else {
      latencies.add(time.nowNanos() - begun[chain]);
      begin(chain);
    }
  }
}
