package io.corale.deploy.bench;

import java.io.IOException;
import java.time.Duration;

/** A load that this process itself makes. */
final class LoadFromHere implements Contender.Load {
  /** Longer than any of the contenders is tried. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final ClosedLoop loop;
  private final Contender.Pace pace;
  private final Settling settling;

  /** What is done when all is warm. */
  interface Settling {
    void settle() throws IOException, InterruptedException;
  }

  LoadFromHere(ClosedLoop.Invocation invocation, Contender.Pace pace) {
    this(invocation, pace, () -> {});
  }

  LoadFromHere(ClosedLoop.Invocation invocation, Contender.Pace pace, Settling settling) {
    this.loop = new ClosedLoop(invocation);
    this.pace = pace;
    this.settling = settling;
    loop.begin(pace.inFlight());
  }

  @Override
  public void warmUp() throws IOException, InterruptedException {
    Thread.sleep(pace.warmUp().toMillis());
    settling.settle();
  }

  @Override
  public LoopFigures measure() throws InterruptedException {
    return loop.figures(loop.measure(pace.measured()));
  }

  @Override
  public long ended() {
    return loop.completed();
  }

  @Override
  public long end() throws InterruptedException, NoFigures {
    loop.end(PATIENCE);
    int failed = loop.failures().count();
    if (failed > 0) {
      System.err.println(loop.failed());
    }
    return failed;
  }
}
