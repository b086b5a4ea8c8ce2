package io.corale.deploy.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A disk that refuses every sync of one process with {@code EIO}, until this is closed: what {@code
 * strace} puts in the place of the system's answer.
 */
final class RefusedSyncs implements AutoCloseable {
  /** Attaching to some fifty threads takes less. */
  private static final long ATTACH_MILLIS = 1_000;

  private final Process strace;

  private RefusedSyncs(Process strace) {
    this.strace = strace;
  }

  /** Begins; empty where this machine has no strace, or does not let it trace. */
  static Optional<RefusedSyncs> of(long pid, Path output) throws InterruptedException {
    try {
      Process strace =
          new ProcessBuilder(
                  "strace",
                  "-f",
                  "-p",
                  Long.toString(pid),
                  "-e",
                  "trace=fsync,fdatasync",
                  "-e",
                  "inject=fsync,fdatasync:error=EIO",
                  "-o",
                  output.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return strace.waitFor(ATTACH_MILLIS, TimeUnit.MILLISECONDS)
          ? Optional.empty()
          : Optional.of(new RefusedSyncs(strace));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Lets go of the process; waits until it has. */
  @Override
  public void close() {
    strace.destroy();
    strace.onExit().join();
  }
}
