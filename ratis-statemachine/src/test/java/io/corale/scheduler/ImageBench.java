package io.corale.scheduler;

import io.corale.scheduler.wire.StateDigest;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * {@code deploy/bench/run image}: how long applying stands still while an image is taken, for a
 * snapshot or a check (rules 35 and 39), with so many live invocations of one call each.
 */
public final class ImageBench {
  private static final int LIVE = 100_000;
  private static final int TAKES = 50;
  private static final int WARM_UPS = 20;

  /** Between two takes: what a superpeer applies in some seconds. */
  private static final int ENTRIES_BETWEEN = 200;

  private ImageBench() {}

  /** Takes how many invocations live; {@value #LIVE} unless given. */
  public static void main(String[] arguments) {
    int live = arguments.length == 0 ? LIVE : Integer.parseInt(arguments[0]);
    TestCell cell = TestCell.open(1_000);
    cell.withoutInvariants();
    for (int i = 0; i < live; i++) {
      cell.apply(1, TestCell.submit("i" + i));
    }
    long[] micros = new long[TAKES];
    long collectedBefore = 0;
    Image image = cell.scheduler.image();
    for (int take = -WARM_UPS; take < TAKES; take++) {
      for (int i = 0; i < ENTRIES_BETWEEN; i++) {
        cell.apply(1, new Command.Tick());
      }
      if (take == 0) {
        collectedBefore = collectedMillis();
      }
      long begun = System.nanoTime();
      image = cell.scheduler.image();
      long held = System.nanoTime() - begun;
      if (take >= 0) {
        micros[take] = held / 1_000;
      }
    }
    long collected = collectedMillis() - collectedBefore;
    Arrays.sort(micros);
    System.out.printf(
        Locale.ROOT,
        "an image of %,d live invocations (%,d branches, %,d calls, %,d slots), %d times:%n"
            + "  p50 %.2f ms, p99 %.2f ms, longest %.2f ms; in all of it %d ms of garbage"
            + " collection%n",
        image.invocations().size(),
        image.branches().size(),
        image.calls().size(),
        image.slots().size(),
        TAKES,
        micros[TAKES / 2] / 1_000.0,
        micros[TAKES - 1 - TAKES / 100] / 1_000.0,
        micros[TAKES - 1] / 1_000.0,
        collected);
    long begun = System.nanoTime();
    long digest = StateDigest.of(image);
    System.out.printf(
        Locale.ROOT,
        "  its digest, on a worker: %.0f ms (%016x)%n",
        (System.nanoTime() - begun) / 1e6,
        digest);
  }

  private static long collectedMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }
}
