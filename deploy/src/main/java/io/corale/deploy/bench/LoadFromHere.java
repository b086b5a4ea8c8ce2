package io.corale.deploy.bench;

import java.time.Duration;

/** A load that this process itself makes. */
final class LoadFromHere implements Contender.Load {
  /** Longer than any of the contenders is tried. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final ClosedLoop loop;
  private final Contender.Pace pace;

  LoadFromHere(ClosedLoop.Invocation invocation, Contender.Pace pace) {
    this.loop = new ClosedLoop(invocation);
    this.pace = pace;
    loop.begin(pace.inFlight());
  }

  @Override
  public void warmUp() throws InterruptedException {
    Thread.sleep(pace.warmUp().toMillis());
  }

  @Override
  public LoopFigures measure() throws InterruptedException {
    LoopFigures figures = loop.figures(loop.measure(pace.measured()));
    if (figures.failed() > 0) {
      System.err.println(loop.failed());
    }
    return figures;
  }

  @Override
  public long ended() {
    return loop.completed();
  }

  @Override
  public void end() throws InterruptedException, NoFigures {
    loop.end(PATIENCE);
  }
}
