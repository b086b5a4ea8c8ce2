package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Would wait for ever for turns that are not taken. */
@Timeout(30)
final class TurnsTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final Queue<Runnable> given = new ArrayDeque<>();

  @Test
  void takesNoThreadBeforeItIsAskedAndOneHoweverOftenItIs() {
    AtomicInteger rounds = new AtomicInteger();
    Turns turns = new Turns(given::add, rounds::incrementAndGet, Duration.ZERO);
    assertThat(given).isEmpty();

    turns.ask();
    turns.ask();
    assertThat(given).hasSize(1);
    given.remove().run();

    assertThat(rounds).as("one turn finds all that was asked for before it").hasValue(1);
    turns.ask();
    assertThat(given).as("it has given its thread back").hasSize(1);
  }

  @Test
  void takesAnotherTurnForWhatWasAskedDuringOne() {
    AtomicInteger rounds = new AtomicInteger();
    Turns[] self = new Turns[1];
    self[0] =
        new Turns(
            given::add,
            () -> {
              if (rounds.incrementAndGet() < 3) {
                self[0].ask();
              }
            },
            Duration.ZERO);
    self[0].ask();
    given.remove().run();

    assertThat(rounds).hasValue(3);
    assertThat(given).isEmpty();
  }

  @Test
  void aThreadThatStaysTakesTheNextTurn() throws InterruptedException {
    BlockingQueue<Thread> turned = new LinkedBlockingQueue<>();
    Runnable work = () -> turned.add(Thread.currentThread());
    Turns turns = new Turns(given::add, work, LONG);
    turns.ask();
    Thread stays = new Thread(given.remove());
    stays.setDaemon(true);
    stays.start();
    assertThat(turned.take()).isSameAs(stays);
    while (turns.isStuck(Duration.ofNanos(-1))) {
      Thread.onSpinWait(); // Until it has ended its turn.
    }

    turns.ask();

    assertThat(turned.take()).isSameAs(stays);
    assertThat(given).as("no other thread was asked for").isEmpty();
  }

  @Test
  void whoWaitsForAThreadIsStuck() {
    Turns turns = new Turns(given::add, () -> {}, Duration.ZERO);
    assertThat(turns.isStuck(Duration.ZERO)).isFalse();

    turns.ask();
    assertThat(turns.isStuck(Duration.ofNanos(-1))).isTrue();
    assertThat(turns.isStuck(LONG)).isFalse();

    given.remove().run();
    assertThat(turns.isStuck(Duration.ofNanos(-1))).isFalse();
  }

  @Test
  void anErrorEndsIt() {
    Turns turns =
        new Turns(
            given::add,
            () -> {
              throw new AssertionError("planted");
            });
    turns.ask();

    assertThatThrownBy(given.remove()::run).hasMessage("planted");
    assertThat(turns.isStuck(LONG)).isTrue();
    turns.ask();
    assertThat(given).isEmpty();
  }

  /** Who asks may be the thread that applies the log: it is told of no such thing. */
  @Test
  void waitsForAThreadWhereTheSystemHasNone() throws InterruptedException {
    AtomicInteger refusals = new AtomicInteger(2);
    CountDownLatch done = new CountDownLatch(1);
    TurnThreads plain = TurnThreads.start();
    try (TurnThreads scarce = new TurnThreads(new Scarce(refusals, plain), plain.bells())) {
      new Turns(scarce, done::countDown).ask();

      done.await();
    }
    assertThat(refusals).hasNegativeValue();
  }

  /** A pool for which the system has no thread at first. */
  private static final class Scarce extends AbstractExecutorService {
    private final AtomicInteger refusals;
    private final TurnThreads plain;

    Scarce(AtomicInteger refusals, TurnThreads plain) {
      this.refusals = refusals;
      this.plain = plain;
    }

    @Override
    public void execute(Runnable task) {
      if (refusals.getAndDecrement() > 0) {
        throw new OutOfMemoryError("planted: unable to create native thread");
      }
      plain.turns().execute(task);
    }

    @Override
    public void shutdown() {
      plain.turns().shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
      return plain.turns().shutdownNow();
    }

    @Override
    public boolean isShutdown() {
      return plain.turns().isShutdown();
    }

    @Override
    public boolean isTerminated() {
      return plain.turns().isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
      return plain.turns().awaitTermination(timeout, unit);
    }
  }

  /** Whoever asks has put there what it asks for: no turn may miss it, and no two may overlap. */
  @ParameterizedTest(name = "threads stay for {0} ns")
  @ValueSource(longs = {0, 1, 1_000, 20_000, 20_000_000})
  void whatIsAskedForIsDoneByOneThreadAtATime(long stayNanos) throws InterruptedException {
    for (int round = 0; round < 40; round++) {
      assertThat(overlaps(Duration.ofNanos(stayNanos))).isZero();
    }
  }

  private static int overlaps(Duration stay) throws InterruptedException {
    AtomicInteger waiting = new AtomicInteger();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    int all = 2_000;
    CountDownLatch done = new CountDownLatch(all);
    Runnable work =
        () -> {
          if (inside.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
          }
          for (int n = waiting.getAndSet(0); n > 0; n--) {
            done.countDown();
          }
          inside.decrementAndGet();
        };
    try (TurnThreads threads = TurnThreads.start()) {
      Turns turns = new Turns(threads.turns(), work, stay);
      Runnable asking =
          () -> {
            for (int i = 0; i < all / 2; i++) {
              waiting.incrementAndGet();
              turns.ask();
            }
          };
      Thread other = new Thread(asking);
      other.start();
      asking.run();
      other.join();

      done.await();
    }
    return overlaps.get();
  }
}
