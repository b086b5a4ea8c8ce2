package io.corale.flow;

import io.corale.flow.Frame.Progress;
import io.corale.flow.Task.Tasks;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How long the rest of a composition is expected to take: the upward rank of HEFT (Topcuoglu et
 * al., 2002) over the tree of tasks. A list takes as long as its longest path, a fork as its
 * longest branch, or its shortest if they compete, a loop its body for each item; a jump backwards
 * counts once. Nothing is expected to fail, and what is computed to take no time.
 *
 * <p>Confined to one evaluation, whose plan it asks at most once for each task.
 */
public final class Ranks {
  /** How many items a list that is not known yet is taken to have. */
  static final int EXPECTED_ITEMS = 4;

  /** Sums stop growing here: a year is for ever, and the arithmetic stays far from overflow. */
  private static final long MOST_MICROS = 365L * 24 * 3_600 * 1_000_000;

  /** What a composition that is run by one that is run takes; nobody looks further. */
  private static final long NESTED_MICROS = 1_000_000;

  private static final long UNKNOWN = -1;

  private final Composition composition;
  private final Plan plan;
  private final boolean isNested;
  private final long[] alone;
  private final long[] after;

  Ranks(Composition composition, Plan plan) {
    this(composition, plan, false);
  }

  private Ranks(Composition composition, Plan plan, boolean isNested) {
    this.composition = composition;
    this.plan = plan;
    this.isNested = isNested;
    this.alone = new long[composition.size() + 1];
    this.after = new long[composition.size() + 1];
    Arrays.fill(alone, UNKNOWN);
    Arrays.fill(after, UNKNOWN);
  }

  /** The expected duration of the whole composition along its longest path. */
  public static long whole(Composition composition, Plan plan) {
    return new Ranks(composition, plan).of(composition.root());
  }

  /** The expected duration of another composition that this one runs. */
  long whole(Composition other) {
    return new Ranks(other, plan, true).of(other.root());
  }

  /** From the end of a task that the line has come to, to the end of the invocation. */
  long rest(Line line, Task task) {
    long rest = plus(line.heritage.restMicros(), after(task));
    for (Frame frame : line.frames()) {
      rest = plus(rest, after(frame.task()));
      if (frame.task().work() instanceof Work.For loop
          && frame.progress() instanceof Progress.Loop at) {
        rest = plus(rest, times(at.rest().size(), of(loop.tasks())));
      } else if (frame.task().work() instanceof Work.Extended extended) {
        rest = plus(rest, extendedRest(extended, frame.progress()));
      }
    }
    return rest;
  }

  private long extendedRest(Work.Extended work, Progress progress) {
    long after =
        progress instanceof Progress.After || progress.equals(new Progress.Within(false))
            ? 0
            : of(work.after());
    return progress instanceof Progress.Before ? plus(of(work.task()), after) : after;
  }

  /** For the rounds of a parallel loop that follow the one with this item, of so many. */
  long laterRounds(Work.Spread loop, int index, int count) {
    return times((count - 1 - index) / loop.parallelism(), of(loop.tasks()));
  }

  private long of(Optional<Tasks> tasks) {
    return tasks.isPresent() ? of(tasks.get()) : 0;
  }

  private long of(Tasks tasks) {
    return plus(alone(tasks.first()), after(tasks.first()));
  }

  /** What a task takes itself. */
  private long alone(Task task) {
    if (alone[task.id()] == UNKNOWN) {
      alone[task.id()] = weigh(task.work());
    }
    return alone[task.id()];
  }

  private long weigh(Work work) {
    if (work instanceof Work.Call call) {
      return estimate(call.function());
    }
    if (work instanceof Work.Do inner) {
      return of(inner.tasks());
    }
    if (work instanceof Work.Function function) {
      return of(function.task());
    }
    if (work instanceof Work.For loop) {
      return times(EXPECTED_ITEMS, of(loop.tasks()));
    }
    if (work instanceof Work.Spread loop) {
      int rounds = (EXPECTED_ITEMS + loop.parallelism() - 1) / loop.parallelism();
      return times(rounds, of(loop.tasks()));
    }
    if (work instanceof Work.Fork fork) {
      LongStream branches = fork.branches().list().stream().mapToLong(this::alone);
      return (fork.competes() ? branches.min() : branches.max()).orElse(0);
    }
    if (work instanceof Work.Try attempt) {
      return of(attempt.tasks());
    }
    if (work instanceof Work.Run run) {
      return weigh(run);
    }
    if (work instanceof Work.Extended extended) {
      return plus(of(extended.before()), plus(of(extended.task()), of(extended.after())));
    }
    if (work instanceof Work.Elsewhere elsewhere) {
      return estimate(elsewhere.call().function());
    }
    if (work instanceof Work.Listen listen) {
      // How long it waits nobody knows; it does not count against the deadline.
      return listen.inner().stream()
          .mapToLong(tasks -> times(listen.listening().expectedEvents(), of(tasks)))
          .sum();
    }
    return work instanceof Work.Wait wait ? Math.min(MOST_MICROS, wait.span().expectedMicros()) : 0;
  }

  private long weigh(Work.Run run) {
    if (!run.isAwaited()) {
      return 0;
    }
    return isNested
        ? NESTED_MICROS
        : plan.composition(run.name(), run.version()).map(this::whole).orElse(NESTED_MICROS);
  }

  /** The expected duration of one call. */
  long estimate(FunctionSpec function) {
    Optional<Implementation> chosen = plan.choose(function);
    long estimate =
        chosen.isPresent()
            ? plan.estimateMicros(composition, function, chosen.get())
            : function.implementations().get(0).expectedMicros();
    return Math.max(0, Math.min(MOST_MICROS, estimate));
  }

  /**
   * The longest path from the end of a task to the end of its list. All tasks of the list are
   * weighed at once, the last first, so that a long list needs no deep stack; what follows a jump
   * backwards was counted where it stands.
   */
  private long after(Task task) {
    if (after[task.id()] == UNKNOWN) {
      List<Task> list = composition.listOf(task).list();
      for (int position = list.size() - 1; position >= 0; position--) {
        Task here = list.get(position);
        long longest = 0;
        for (int next : composition.successors(here).tailSet(position + 1)) {
          Task follower = list.get(next);
          longest = Math.max(longest, plus(alone(follower), after[follower.id()]));
        }
        after[here.id()] = longest;
      }
    }
    return after[task.id()];
  }

  private static long plus(long a, long b) {
    return Math.min(MOST_MICROS, a + b);
  }

  private static long times(int count, long each) {
    return each > 0 && count > MOST_MICROS / each ? MOST_MICROS : count * each;
  }
}
