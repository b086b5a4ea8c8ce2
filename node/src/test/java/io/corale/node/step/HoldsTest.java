package io.corale.node.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Calls;
import io.corale.node.provider.Hold;
import io.corale.node.thread.Aside;
import io.corale.node.thread.ManualTimer;
import io.corale.wire.Freight;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Large results count until nobody here holds them, and no longer. */
class HoldsTest {
  private static final CellId ALPHA = CellId.home(new OwnerId("alpha"));
  private static final CellId BETA = CellId.home(new OwnerId("beta"));
  private static final AttemptId FIRST = Calls.attempt("a", 1);
  private static final AttemptId SECOND = Calls.attempt("b", 1);
  private static final Payload LARGE = Payload.ofJson("\"" + "x".repeat(100_000) + "\"");

  private final Freight freight = new Freight(1_000_000, 0);
  private final ManualTimer timer = new ManualTimer();
  private final Holds holds = new Holds(freight, timer, new NoAside());

  /** Nothing is read here. */
  private static final class NoAside implements Aside {
    @Override
    public Executor readers(OwnerId owner) {
      return Runnable::run;
    }

    @Override
    public Executor makers(OwnerId owner, long bytes) {
      return Runnable::run;
    }
  }

  @Test
  void aLargeResultCountsUntilTheLogHasIt() {
    end(ALPHA, FIRST, LARGE);
    end(ALPHA, SECOND, LARGE);
    assertThat(used()).isEqualTo(2L * LARGE.sizeBytes());

    holds.settled(ALPHA, FIRST);
    assertThat(used()).isEqualTo(LARGE.sizeBytes());

    holds.settled(BETA, SECOND);
    assertThat(used()).as("the same attempt of another cell").isEqualTo(LARGE.sizeBytes());

    holds.settled(ALPHA, SECOND);
    assertThat(used()).isZero();
  }

  @Test
  void aSmallOneAndAFailureCountNoLongerThanTheirAttempt() {
    Hold hold = begin();
    hold.room(200_000).join();

    holds.ended(ALPHA, FIRST, hold, new Outcome.TimedOut(true));
    end(ALPHA, SECOND, Payload.NULL);

    assertThat(used()).isZero();
  }

  @Test
  void theSameAttemptCountsOnce() {
    end(ALPHA, FIRST, LARGE);
    end(ALPHA, FIRST, LARGE);

    assertThat(used()).isEqualTo(LARGE.sizeBytes());
  }

  /** A node without a quorum keeps outcomes for ten minutes, and hands them on then. */
  @Test
  void oneThatNobodySettlesCountsForAsLongAsANodeKeepsIt() {
    end(ALPHA, FIRST, LARGE);

    timer.advanceMillis(Duration.ofMinutes(10).toMillis());
    assertThat(used()).isEqualTo(LARGE.sizeBytes());

    timer.advanceMillis(Duration.ofMinutes(1).toMillis());
    assertThat(used()).isZero();
  }

  @Test
  void thoseOfACellThatIsClosedHereCountNoMore() {
    end(ALPHA, FIRST, LARGE);
    end(BETA, FIRST, LARGE);

    holds.closed(ALPHA);

    assertThat(used()).isEqualTo(LARGE.sizeBytes());
  }

  private void end(CellId cell, AttemptId attempt, Payload result) {
    holds.ended(cell, attempt, begin(), new Outcome.Success(result));
  }

  private Hold begin() {
    return holds.begin(ALPHA.owner(), CallForm.FUNCTION);
  }

  private long used() {
    return freight.reading().usedBytes();
  }
}
