package io.corale.client.cli;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/**
 * Single keys of a terminal. The terminal is told by {@code stty} not to wait for the end of a
 * line, and to go back to its ways at the end, also when that is Ctrl-C; where there is no {@code
 * stty}, a key counts once Enter is pressed.
 */
final class Keys implements AutoCloseable {
  private static final long POLL_MILLIS = 50;

  private final InputStream in;
  private final Thread restore = new Thread(Keys::restore, "restore-terminal");

  private Keys(InputStream in) {
    this.in = in;
  }

  static Keys open(InputStream in) throws InterruptedException {
    Keys keys = new Keys(in);
    Runtime.getRuntime().addShutdownHook(keys.restore);
    stty("-icanon", "-echo");
    return keys;
  }

  /** Waits this long; at once true if q is, or was, pressed. */
  boolean quitWithin(Duration wait) throws IOException, InterruptedException {
    long until = System.nanoTime() + wait.toNanos();
    do {
      while (in.available() > 0) {
        if (Character.toLowerCase((char) in.read()) == 'q') {
          return true;
        }
      }
      Thread.sleep(POLL_MILLIS);
    } while (System.nanoTime() - until < 0);
    return false;
  }

  private static void restore() {
    try {
      stty("icanon", "echo");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stty(String... settings) throws InterruptedException {
    try {
      new ProcessBuilder(
              List.of("sh", "-c", "stty " + String.join(" ", settings) + " < /dev/tty 2>/dev/null"))
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException e) {
      // No shell: Enter does.
      return;
    }
  }

  @Override
  public void close() {
    restore();
    Runtime.getRuntime().removeShutdownHook(restore);
  }
}
