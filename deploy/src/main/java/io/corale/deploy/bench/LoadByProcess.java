package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A load that another process makes: it says when it measures, what it has measured, and from then
 * on how many have ended.
 */
final class LoadByProcess implements Contender.Load {
  /** What it may take on top of what it was told: to start, to find whom it loads. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final String ENDED = "ENDED ";
  private static final Duration STOP = Duration.ofSeconds(5);

  private final CoraleProcess process;
  private final Contender.Pace pace;

  LoadByProcess(CoraleProcess process, Contender.Pace pace) {
    this.process = process;
    this.pace = pace;
  }

  @Override
  public void warmUp() throws IOException, InterruptedException {
    process.await("MEASURES", pace.warmUp().plus(PATIENCE));
  }

  @Override
  public LoopFigures measure() throws IOException, InterruptedException {
    LoopFigures figures =
        LoopFigures.ofLine(process.await("RESULT", pace.measured().plus(PATIENCE)));
    process.said("FAILED").ifPresent(System.err::println);
    return figures;
  }

  @Override
  public long ended() throws IOException {
    List<String> said = process.saidAll(ENDED);
    return said.isEmpty() ? 0 : Long.parseLong(said.get(said.size() - 1).substring(ENDED.length()));
  }

  @Override
  public void end() throws InterruptedException {
    process.stop(STOP);
  }
}
