package io.corale.deploy.cluster;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.model.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Invocations of one composition at a steady pace, whatever the cluster makes of them, and when
 * each was acknowledged.
 */
public final class SteadyLoad implements AutoCloseable {
  private static final long POLL_MILLIS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor();
  private final Queue<Invocation> started = new ConcurrentLinkedQueue<>();
  private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();

  /** When one was started, and when it was acknowledged. */
  private record Acknowledged(long startedNanos, long nanos) {}

  /** Begins; {@code every} lies between two of them. */
  public SteadyLoad(Client client, String composition, Duration every) {
    var unused =
        clockwork.scheduleAtFixedRate(
            () -> started.add(start(client, composition)),
            0,
            every.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private Invocation start(Client client, String composition) {
    long startedNanos = System.nanoTime();
    Invocation invocation = client.start(composition, Payload.NULL);
    var unused =
        invocation
            .accepted()
            .thenAccept(
                reply -> {
                  if (reply instanceof Reply.Given) {
                    acknowledged.add(new Acknowledged(startedNanos, System.nanoTime()));
                  }
                });
    return invocation;
  }

  /** Waits until so many more are acknowledged. */
  public void awaitAcknowledged(int more) throws InterruptedException, TimeoutException {
    int enough = acknowledged.size() + more;
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (acknowledged.size() < enough) {
      if (System.nanoTime() > until) {
        throw new TimeoutException(
            acknowledged.size() + " of " + enough + " acknowledged after " + PATIENCE);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** All that was started so far. */
  public List<Invocation> started() {
    return List.copyOf(started);
  }

  /** Starts no more; all that was started. */
  public List<Invocation> startNoMore() throws InterruptedException {
    clockwork.shutdown();
    if (!clockwork.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("a start does not return");
    }
    return started();
  }

  /** Starts no more; how all that was started ended. */
  public List<ClientOutcome> end()
      throws InterruptedException, ExecutionException, TimeoutException {
    List<ClientOutcome> outcomes = new ArrayList<>();
    for (Invocation invocation : startNoMore()) {
      outcomes.add(invocation.result().get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }
    return outcomes;
  }

  /**
   * When the first one that was started after this time was acknowledged; empty where none was yet.
   */
  public OptionalLong firstAcknowledged(long afterNanos) {
    return acknowledged.stream()
        .filter(each -> each.startedNanos() > afterNanos)
        .mapToLong(Acknowledged::nanos)
        .min();
  }

  /** The longest time between two acknowledgements. */
  public Duration longestSilence() {
    return longestSilence(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** The longest time between two acknowledgements of which the later one lies in this span. */
  public Duration longestSilence(long fromNanos, long untilNanos) {
    long[] sorted = acknowledged.stream().mapToLong(Acknowledged::nanos).sorted().toArray();
    long longest = 0;
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] >= fromNanos && sorted[i - 1] <= untilNanos) {
        longest = Math.max(longest, sorted[i] - sorted[i - 1]);
      }
    }
    return Duration.ofNanos(longest);
  }

  @Override
  public void close() {
    clockwork.shutdownNow();
  }
}
