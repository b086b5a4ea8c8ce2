package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/**
 * One of the loads that another process makes, one after the other: a file tells it to begin and
 * another to end. It says when it measures, what it has measured, how many have ended since, and
 * when none is in flight any more.
 */
final class LoadByProcess implements Contender.Load {
  /** What it may take on top of what it was told: to start, to find whom it loads, to drain. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final CoraleProcess process;
  private final Path directory;
  private final int number;
  private final Contender.Pace pace;

  private LoadByProcess(CoraleProcess process, Path directory, int number, Contender.Pace pace) {
    this.process = process;
    this.directory = directory;
    this.number = number;
    this.pace = pace;
  }

  /**
   * Tells a process to begin.
   *
   * @param directory where it works
   * @param number of its loads before this one
   */
  static LoadByProcess begun(CoraleProcess process, Path directory, int number, Contender.Pace pace)
      throws IOException {
    LoadByProcess load = new LoadByProcess(process, directory, number, pace);
    load.tell("begin", pace.inFlight() + " " + pace.warmUp() + " " + pace.measured());
    return load;
  }

  /** Whole or not at all, for the process may read it at any time. */
  private void tell(String what, String how) throws IOException {
    Path written = Files.writeString(directory.resolve(number + ".written"), how);
    Files.move(written, directory.resolve(number + "." + what), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void warmUp() throws IOException, InterruptedException {
    process.await(said("MEASURES"), pace.warmUp().plus(PATIENCE));
  }

  @Override
  public LoopFigures measure() throws IOException, InterruptedException {
    String line = process.await(said("RESULT "), pace.measured().plus(PATIENCE));
    return LoopFigures.ofLine(line.substring(said("").length()));
  }

  @Override
  public long ended() throws IOException {
    List<String> said = process.saidAll(said("ENDED "));
    return said.isEmpty() ? 0 : number(said.get(said.size() - 1), "ENDED ");
  }

  @Override
  public long end() throws IOException, InterruptedException {
    tell("end", "");
    long failed = number(process.await(said("DRAINED "), PATIENCE), "DRAINED ");
    process.said(said("FAILED ")).ifPresent(System.err::println);
    return failed;
  }

  private String said(String what) {
    return number + " " + what;
  }

  private long number(String line, String what) {
    return Long.parseLong(line.substring(said(what).length()));
  }
}
