package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How often each of some processes asked the kernel to put a file on its disk, seen by {@code
 * strace} from outside, which slows them meanwhile.
 *
 * @param chains that ended meanwhile
 */
record Syncs(List<Long> calls, long chains) {
  /**
   * By which a file's content is synced; a mapped file by the last one. Not {@code
   * sync_file_range}, which leaves the disk's own cache as it is.
   */
  private static final String CALLS = "fsync,fdatasync,msync";

  /** Long enough to see a sync of each server, short enough to be affordable. */
  private static final Duration SPAN = Duration.ofSeconds(4);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * Under this load, for a while from now on; empty where there is no strace, where it may not
   * look, or where no chain ended meanwhile.
   */
  static Optional<Syncs> seen(List<CoraleProcess> processes, Contender.Load load, Path directory)
      throws InterruptedException {
    List<CoraleProcess> traces = new ArrayList<>();
    try {
      for (CoraleProcess process : processes) {
        traces.add(trace(process, directory));
      }
      for (CoraleProcess trace : traces) {
        trace.await("strace: Process", PATIENCE);
      }
      long before = load.ended();
      Thread.sleep(SPAN.toMillis());
      long chains = load.ended() - before;
      for (CoraleProcess trace : traces) {
        trace.interrupt();
      }
      List<Long> calls = new ArrayList<>();
      for (CoraleProcess trace : traces) {
        if (!trace.ends(PATIENCE)) {
          throw new IOException(trace.name() + " does not end");
        }
        calls.add(count(trace.saidAll("")));
      }
      if (chains == 0) {
        throw new IOException("no chain ended in " + SPAN);
      }
      return Optional.of(new Syncs(calls, chains));
    } catch (IOException e) {
      System.err.println("no sync can be seen: " + e.getMessage());
      return Optional.empty();
    } finally {
      Stopped.all(traces, PATIENCE);
    }
  }

  private static CoraleProcess trace(CoraleProcess process, Path directory) throws IOException {
    List<String> command =
        List.of("strace", "-f", "-c", "-e", "trace=" + CALLS, "-p", String.valueOf(process.pid()));
    return CoraleProcess.launch("strace-" + process.name(), directory, command, new TreeMap<>());
  }

  /**
   * Adds up the calls in a summary of {@code strace -c}: lines of share, seconds, microseconds a
   * call, calls, errors if there were any, name.
   */
  static long count(List<String> summary) {
    List<String> names = List.of(CALLS.split(",", -1));
    return summary.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length >= 5 && names.contains(words[words.length - 1]))
        .mapToLong(words -> Long.parseLong(words[3]))
        .sum();
  }

  /** How many of the processes synced, and at least so often for a chain. */
  long syncing(double leastForAChain) {
    return calls.stream().filter(count -> count > 0 && count >= leastForAChain * chains).count();
  }

  /** Of each process. */
  Stream<Double> perChain() {
    return calls.stream().map(count -> count / (double) chains);
  }
}
