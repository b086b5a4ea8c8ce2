package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.model.Payload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * What quiet owners do in one time: so many invocations, each timed from when it was due. Those
 * whose cell is led by the node that is flooded are told apart.
 */
final class QuietLoad {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 20;

  private final List<Client> owners;
  private final IntPredicate isBeside;
  private final Samples beside = new Samples();
  private final Samples elsewhere = new Samples();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger inTimeBeside = new AtomicInteger();
  private final AtomicInteger inTimeElsewhere = new AtomicInteger();
  private final Failures failures = new Failures();
  private int due;
  private int dueBeside;
  private volatile long endNanos = Long.MAX_VALUE;

  /**
   * @param isBeside whether the owner of this number has its superpeer on the node that is flooded
   */
  QuietLoad(List<Client> owners, IntPredicate isBeside) {
    this.owners = owners;
    this.isBeside = isBeside;
  }

  /** Does it for so long, and then waits for what has not ended. */
  void run(double perSecond, Duration span, RandomGenerator chance)
      throws InterruptedException, NoFigures {
    endNanos = System.nanoTime() + span.toNanos();
    Paced.run(new Arrivals(owners.size(), perSecond, chance), span, span, done -> {}, this::begin);
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (open.get() > 0 && System.nanoTime() < until) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void begin(int owner, long dueNanos) {
    due++;
    if (isBeside.test(owner)) {
      dueBeside++;
    }
    open.incrementAndGet();
    var unused =
        Chain.run(owners.get(owner), BenchOwner.COMPOSITION, Payload.NULL)
            .whenComplete(
                (outcome, failure) -> {
                  open.decrementAndGet();
                  if (outcome instanceof ClientOutcome.Completed) {
                    completed(isBeside.test(owner), dueNanos);
                  } else {
                    failures.note(String.valueOf(failure == null ? outcome : failure));
                  }
                });
  }

  private void completed(boolean isBesideFlood, long dueNanos) {
    long now = System.nanoTime();
    (isBesideFlood ? beside : elsewhere).add(now - dueNanos);
    if (now <= endNanos) {
      (isBesideFlood ? inTimeBeside : inTimeElsewhere).incrementAndGet();
    }
  }

  /** What came of it. */
  NeighboursFigures.Round round(Duration span) {
    double seconds = span.toNanos() / 1e9;
    return new NeighboursFigures.Round(
        new NeighboursFigures.Group(dueBeside, inTimeBeside.get() / seconds, beside.percentiles()),
        new NeighboursFigures.Group(
            due - dueBeside, inTimeElsewhere.get() / seconds, elsewhere.percentiles()),
        open.get(),
        failures);
  }
}
