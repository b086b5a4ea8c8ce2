package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How long Java runtimes have worked for themselves, by their threads under {@code /proc}: nothing
 * where a system has no such directory. It says whether a run was warm, and had room.
 *
 * @param compilers that make machine code of what runs often
 * @param collectors of garbage
 */
record RuntimeTime(Duration compilers, Duration collectors) {
  private static final RuntimeTime NONE = new RuntimeTime(Duration.ZERO, Duration.ZERO);

  /** Linux counts in hundredths of a second for programs, whatever it does inside. */
  private static final long TICK_MILLIS = 10;

  /** After the name: the 14th and 15th fields of the line, in user and in kernel mode. */
  private static final int USER_TIME = 11;

  /** Since their start, all together. */
  static RuntimeTime of(List<CoraleProcess> processes) {
    return processes.stream()
        .map(process -> ofThreads(Path.of("/proc", Long.toString(process.pid()), "task")))
        .reduce(NONE, RuntimeTime::plus);
  }

  /**
   * @param tasks has a directory for each thread, and in it its {@code stat}
   */
  static RuntimeTime ofThreads(Path tasks) {
    RuntimeTime sum = NONE;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        sum = sum.plus(ofThread(thread.resolve("stat")));
      }
    } catch (IOException e) {
      return sum; // No such directory, or no such process any more.
    }
    return sum;
  }

  private static RuntimeTime ofThread(Path stat) {
    String line;
    try {
      line = Files.readString(stat);
    } catch (IOException e) {
      return NONE; // It has just ended.
    }
    // A name may hold parentheses of its own.
    int end = line.lastIndexOf(')');
    String name = line.substring(line.indexOf('(') + 1, end);
    String[] fields = line.substring(end + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
    Duration worked = Duration.ofMillis(ticks * TICK_MILLIS);
    if (name.contains("CompilerThre")) {
      return new RuntimeTime(worked, Duration.ZERO);
    }
    return name.startsWith("GC Thread") || name.startsWith("G1 ") || name.equals("VM Thread")
        ? new RuntimeTime(Duration.ZERO, worked)
        : NONE;
  }

  private RuntimeTime plus(RuntimeTime other) {
    return new RuntimeTime(compilers.plus(other.compilers), collectors.plus(other.collectors));
  }

  RuntimeTime minus(RuntimeTime earlier) {
    return new RuntimeTime(
        compilers.minus(earlier.compilers), collectors.minus(earlier.collectors));
  }

  /** For people: their shares of all that the processes worked. */
  String text(Duration all) {
    return String.format(
        Locale.ROOT,
        "compilers %.0f %%, collectors %.0f %%",
        share(compilers, all),
        share(collectors, all));
  }

  private static double share(Duration part, Duration all) {
    return 100.0 * part.toNanos() / all.toNanos();
  }
}
