package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.scheduler.wire.StateDigest;
import io.corale.sim.Chance;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * {@code deploy/bench/run image}: how long applying stands still while an image is taken, for a
 * snapshot or a check (rules 35 and 39), with so many live invocations of one call each; and what
 * it costs the entries that come after.
 */
public final class ImageBench {
  private static final int LIVE = 100_000;
  private static final int TAKES = 50;
  private static final int WARM_UPS = 20;

  /** Entries that are timed together: what a superpeer applies in some seconds. */
  private static final int ENTRIES = 200;

  /** After so many, about every page has changed since the image, and been copied. */
  private static final int ENTRIES_BETWEEN = 2_000;

  /** So that a receipt lives as long as those entries take, and as many live as begin. */
  private static final long ENTRY_MICROS = 10_000;

  private static final long SEED = 1;

  private final TestCell cell = TestCell.open(1_000);
  private final RandomGenerator chance = new Chance(SEED).of("victims");
  private final List<InvocationId> living = new ArrayList<>();
  private int submitted;

  private ImageBench() {
    cell.withoutInvariants();
  }

  /** Takes how many invocations live; {@value #LIVE} unless given. */
  public static void main(String[] arguments) {
    new ImageBench().run(arguments.length == 0 ? LIVE : Integer.parseInt(arguments[0]));
  }

  private void run(int live) {
    long heapBefore = heapBytes();
    for (int i = 0; i < live; i++) {
      cell.apply(1, submit());
    }
    System.out.printf(
        Locale.ROOT,
        "%,d live invocations weigh %,d bytes each and take %,d bytes of heap%n",
        live,
        cell.scheduler.sizeBytes() / live,
        (heapBytes() - heapBefore) / live);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] held = new long[TAKES];
    long[] worked = new long[TAKES];
    long[] after = new long[TAKES];
    long[] later = new long[TAKES];
    long collectedBefore = 0;
    Image image = cell.scheduler.image();
    for (int take = -WARM_UPS; take < TAKES; take++) {
      if (take == 0) {
        collectedBefore = collectedMillis();
      }
      long working = threads.getCurrentThreadCpuTime();
      long begun = System.nanoTime();
      image = cell.scheduler.image();
      long nanosHeld = System.nanoTime() - begun;
      long nanosWorked = threads.getCurrentThreadCpuTime() - working;
      long nanosAfter = applyScattered(ENTRIES);
      applyScattered(ENTRIES_BETWEEN);
      long nanosLater = applyScattered(ENTRIES);
      if (take >= 0) {
        held[take] = nanosHeld;
        worked[take] = nanosWorked;
        after[take] = nanosAfter / ENTRIES;
        later[take] = nanosLater / ENTRIES;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "an image of %,d invocations (%,d branches, %,d calls, %,d slots), %d times:%n"
            + "  applying stands still for %s%n  of that at work %s%n"
            + "  in all of the run %d ms of garbage collection%n"
            + "an entry that cancels one of them and begins another, mean of %d:%n"
            + "  right after an image %s%n  later %s%n",
        image.invocations().size(),
        image.branches().size(),
        image.calls().size(),
        image.slots().size(),
        TAKES,
        millis(held),
        millis(worked),
        collectedMillis() - collectedBefore,
        ENTRIES,
        millis(after),
        millis(later));
    measureDigest(image);
  }

  /** Of so few, the 99th hundredth is the longest. */
  private static String millis(long[] nanos) {
    Arrays.sort(nanos);
    return String.format(
        Locale.ROOT,
        "p50 %.3f ms, p99 %.3f ms",
        nanos[TAKES / 2] / 1e6,
        nanos[TAKES - 1 - TAKES / 100] / 1e6);
  }

  private static void measureDigest(Image image) {
    long begun = System.nanoTime();
    long digest = StateDigest.of(image);
    System.out.printf(
        Locale.ROOT,
        "its digest, on a worker: %.0f ms (%016x)%n",
        (System.nanoTime() - begun) / 1e6,
        digest);
  }

  /** Changes what lies anywhere; says how long it took. */
  private long applyScattered(int entries) {
    long nanos = 0;
    for (int i = 0; i < entries; i++) {
      int victim = chance.nextInt(living.size());
      Command cancel = new Command.Cancel(living.get(victim), "to make room");
      living.set(victim, living.get(living.size() - 1));
      living.remove(living.size() - 1);
      Command submit = submit();
      long begun = System.nanoTime();
      cell.apply(ENTRY_MICROS, cancel, submit);
      nanos += System.nanoTime() - begun;
    }
    return nanos;
  }

  private Command submit() {
    String id = "i" + submitted++;
    living.add(TestCell.id(id));
    return TestCell.submit(id);
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long collectedMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }
}
