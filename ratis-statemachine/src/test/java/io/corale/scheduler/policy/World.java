package io.corale.scheduler.policy;

import io.corale.model.ServiceClass;
import io.corale.sim.Chance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * All that happens to a scheduler in one scenario, drawn before any policy runs: who submits what
 * and when, until when it should be done, and how long each of its calls takes.
 *
 * <p>A composition calls a function of the slice as often as the slice has it called, and then
 * others. Each function begins so many compositions, alike but for their class and shape, so that
 * no class is one function. Of shapes there are as many as the Orion sample has (A. Mahgoub et al.,
 * <i>Orion</i>, OSDI 2022): a chain, whose last stage may be a fork.
 *
 * @param compositions what is submitted
 * @param arrivals in the order of time
 * @param warmUpMicros from when on is measured
 * @param endMicros when the last one arrives
 */
record World(
    List<Composition> compositions, List<Arrival> arrivals, long warmUpMicros, long endMicros) {
  /** Slots of the account. */
  static final int SLOTS = 16;

  /** The caller that floods its owner's queue, where there is one. */
  static final String NOISY = "noisy";

  private static final int ALIKE = 4;
  static final List<ServiceClass> CLASSES =
      List.of(ServiceClass.INTERACTIVE, ServiceClass.STANDARD, ServiceClass.BATCH);

  /** Parts of all compositions that have a depth, and a width, of at most 1, 2, 3 and 4. */
  private static final double[] DEPTHS = {.1251, .6796, .8684, 1};

  private static final double[] WIDTHS = {.7866, .9213, .9524, 1};

  /** Of the arrivals, those of the warm-up. */
  private static final double WARM_UP = .2;

  private static final long NOISY_MILLIS = 1_000;

  /** More than this of noise does not fit a cell; the slice's functions are too long for it. */
  private static final int MOST_NOISE = 90_000;

  /**
   * A composition.
   *
   * @param chain the functions of its chain, the first one first
   * @param fork those called at once at its end
   */
  record Composition(
      String name,
      String caller,
      ServiceClass serviceClass,
      List<Durations> chain,
      List<Durations> fork) {
    Composition {
      chain = List.copyOf(chain);
      fork = List.copyOf(fork);
    }

    /** The function of each task, those of the chain first. */
    List<Durations> tasks() {
      List<Durations> tasks = new ArrayList<>(chain);
      tasks.addAll(fork);
      return tasks;
    }

    /** The longest way through it, where its tasks take so long. */
    long path(List<Long> micros) {
      long sum = 0;
      for (int i = 0; i < chain.size(); i++) {
        sum += micros.get(i);
      }
      long longest = 0;
      for (int i = chain.size(); i < micros.size(); i++) {
        longest = Math.max(longest, micros.get(i));
      }
      return sum + longest;
    }

    /** The longest way through it if all tasks take their average. */
    long meanPath() {
      return path(tasks().stream().map(Durations::meanMicros).toList());
    }
  }

  /**
   * One invocation.
   *
   * @param deadlineMicros after its arrival
   * @param taskMicros how long each task takes
   */
  record Arrival(
      long atMicros, Composition composition, long deadlineMicros, List<Long> taskMicros) {
    Arrival {
      taskMicros = List.copyOf(taskMicros);
    }

    long work() {
      return sum(taskMicros);
    }

    /** How long it takes where nothing waits. */
    long alone() {
      return composition.path(taskMicros);
    }

    boolean isNoise() {
      return composition.caller.equals(NOISY);
    }
  }

  /** How much later than its expected length work may end. */
  enum Deadlines {
    /** What the classes promise. */
    LOOSE(1_000_000, 2, 5, 50),
    TIGHT(100_000, 1.3, 2, 10);

    private final long slackMicros;
    private final double interactive;
    private final double standard;
    private final double batch;

    Deadlines(long slackMicros, double interactive, double standard, double batch) {
      this.slackMicros = slackMicros;
      this.interactive = interactive;
      this.standard = standard;
      this.batch = batch;
    }

    long micros(Composition composition) {
      double stretch =
          switch (composition.serviceClass) {
            case URGENT -> 0;
            case INTERACTIVE -> interactive;
            case STANDARD -> standard;
            case BATCH -> batch;
          };
      return (long) (stretch * composition.meanPath()) + slackMicros;
    }
  }

  /**
   * What is asked of the slots.
   *
   * @param load work over slots and time, of all but the noisy caller
   * @param noise that of the noisy caller, once it is measured; 0 where there is none
   */
  record Scenario(double load, Deadlines deadlines, double noise) {}

  /** The same invocations in every scenario of a seed; its load says how close they come. */
  static World draw(Slice slice, Scenario scenario, int invocations, long seed) {
    return new Drawing(slice, scenario, invocations, new Chance(seed)).world();
  }

  /** Work that arrives before measuring begins, and after, over slots and time. */
  double load(boolean isWarmUp) {
    long work =
        arrivals.stream()
            .filter(each -> each.atMicros < warmUpMicros == isWarmUp)
            .mapToLong(Arrival::work)
            .sum();
    long time = isWarmUp ? warmUpMicros : endMicros - warmUpMicros;
    return work / (double) time / SLOTS;
  }

  /** Of what is measured and no noise, the greatest part of the work that one caller has. */
  double largestCaller() {
    List<Arrival> measured =
        arrivals.stream().filter(a -> a.atMicros >= warmUpMicros && !a.isNoise()).toList();
    double all = measured.stream().mapToLong(Arrival::work).sum();
    return measured.stream().map(a -> a.composition.caller).distinct().toList().stream()
            .mapToLong(
                caller ->
                    measured.stream()
                        .filter(a -> a.composition.caller.equals(caller))
                        .mapToLong(Arrival::work)
                        .sum())
            .max()
            .orElse(0)
        / all;
  }

  private static long sum(List<Long> micros) {
    return micros.stream().mapToLong(Long::longValue).sum();
  }

  /** One drawing. */
  private record Drawing(Slice slice, Scenario scenario, int invocations, Chance chance) {
    /** Where in the slice's time it arrives, and what it is. */
    private record Drawn(double place, Composition composition, List<Long> micros) {
      private Drawn {
        micros = List.copyOf(micros);
      }
    }

    World world() {
      List<Composition> compositions = compositions();
      List<Drawn> drawn = drawn(compositions);
      double work = drawn.stream().mapToLong(each -> sum(each.micros)).sum();
      // However heavy the tails that were drawn: the load is what it is called, to the last bit.
      double span = work / SLOTS / scenario.load();
      List<Arrival> arrivals = new ArrayList<>();
      for (Drawn each : drawn) {
        arrivals.add(arrival((long) (each.place * span), each.composition, each.micros));
      }
      long end = (long) span;
      long warmUp = (long) (span * WARM_UP);
      if (scenario.noise() > 0) {
        Composition noisy = noisy();
        compositions.add(noisy);
        arrivals.addAll(noise(noisy, warmUp, end));
        arrivals.sort(Comparator.comparingLong(Arrival::atMicros));
      }
      return new World(compositions, arrivals, warmUp, end);
    }

    private Arrival arrival(long at, Composition composition, List<Long> micros) {
      return new Arrival(at, composition, scenario.deadlines().micros(composition), micros);
    }

    private List<Composition> compositions() {
      RandomGenerator shapes = chance.of("shapes");
      List<Long> upTo = slice.upTo();
      List<Composition> compositions = new ArrayList<>();
      for (int i = 0; i < slice.functions().size(); i++) {
        for (int like = 0; like < ALIKE; like++) {
          int depth = atMost(DEPTHS, shapes.nextDouble());
          int width = atMost(WIDTHS, shapes.nextDouble());
          List<Durations> tasks = new ArrayList<>();
          tasks.add(slice.functions().get(i).durations());
          while (tasks.size() < depth - 1 + width) {
            tasks.add(slice.functions().get(function(upTo, shapes)).durations());
          }
          int stem = width == 1 ? depth : depth - 1;
          compositions.add(
              new Composition(
                  "c" + i + "-" + like,
                  slice.functions().get(i).owner(),
                  CLASSES.get(shapes.nextInt(CLASSES.size())),
                  tasks.subList(0, stem),
                  tasks.subList(stem, tasks.size())));
        }
      }
      return compositions;
    }

    private List<Drawn> drawn(List<Composition> compositions) {
      RandomGenerator which = chance.of("which");
      RandomGenerator when = chance.of("when");
      RandomGenerator lasting = chance.of("lasting");
      List<Long> upTo = slice.upTo();
      List<Drawn> drawn = new ArrayList<>();
      for (int i = 0; i < invocations; i++) {
        int function = function(upTo, which);
        Composition composition = compositions.get(function * ALIKE + which.nextInt(ALIKE));
        double place = place(slice.functions().get(function).perMinute(), when);
        drawn.add(new Drawn(place, composition, micros(composition, lasting)));
      }
      drawn.sort(Comparator.comparingDouble(Drawn::place));
      return drawn;
    }

    private static List<Long> micros(Composition composition, RandomGenerator lasting) {
      return composition.tasks().stream()
          .map(function -> function.micros(lasting.nextDouble()))
          .toList();
    }

    /** A time from 0 to 1: in a minute by how much of the function's calls it has. */
    private static double place(List<Integer> perMinute, RandomGenerator when) {
      long all = perMinute.stream().mapToLong(Integer::longValue).sum();
      long left = when.nextLong(all);
      int minute = 0;
      while (left >= perMinute.get(minute)) {
        left -= perMinute.get(minute);
        minute++;
      }
      return (minute + when.nextDouble()) / perMinute.size();
    }

    private static Composition noisy() {
      double most = 2 * NOISY_MILLIS;
      Durations even =
          new Durations(List.of(0., most / 100, most / 4, most / 2, most * .75, most * .99, most));
      return new Composition(NOISY, NOISY, ServiceClass.STANDARD, List.of(even, even), List.of());
    }

    /** At random times, as many as make the load, all of the measured time. */
    private List<Arrival> noise(Composition noisy, long from, long to) {
      RandomGenerator when = chance.of("noise");
      long wanted = (long) (scenario.noise() * SLOTS * (to - from));
      List<Arrival> noise = new ArrayList<>();
      for (long work = 0; work < wanted; ) {
        Arrival next = arrival(when.nextLong(from, to), noisy, micros(noisy, when));
        noise.add(next);
        if (noise.size() > MOST_NOISE) {
          throw new BadInput(
              "the functions take so long that the noisy caller would need more than "
                  + MOST_NOISE
                  + " invocations");
        }
        work += next.work();
      }
      return noise;
    }

    private static int atMost(double[] parts, double part) {
      int found = 0;
      while (parts[found] < part) {
        found++;
      }
      return found + 1;
    }

    private static int function(List<Long> upTo, RandomGenerator which) {
      long at = which.nextLong(upTo.get(upTo.size() - 1)) + 1;
      int low = 0;
      int high = upTo.size() - 1;
      while (low < high) {
        int middle = (low + high) / 2;
        if (upTo.get(middle) < at) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
