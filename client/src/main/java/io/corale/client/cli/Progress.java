package io.corale.client.cli;

import io.corale.client.Acceptance;
import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Shows how an invocation goes: one line that changes on a terminal, a line per change elsewhere.
 */
final class Progress {
  /** Often enough to look alive, rare enough to be no load. */
  private static final long TERMINAL_MILLIS = 250;

  private static final long PLAIN_MILLIS = 2_000;

  private final PrintWriter err;
  private final boolean isTerminal;
  private final LongSupplier nanos;
  private final long beganNanos;
  private String last = "";

  /**
   * @param nanos monotonic time
   */
  Progress(PrintWriter err, boolean isTerminal, LongSupplier nanos) {
    this.err = err;
    this.isTerminal = isTerminal;
    this.nanos = nanos;
    this.beganNanos = nanos.getAsLong();
  }

  void accepted(Acceptance acceptance) {
    err.println(
        acceptance.composition()
            + " "
            + acceptance.id()
            + (acceptance.knownAlready() ? ": was accepted before" : ": accepted"));
    err.flush();
  }

  ClientOutcome follow(Client client, Invocation invocation) {
    while (true) {
      try {
        ClientOutcome outcome =
            invocation
                .result()
                .get(isTerminal ? TERMINAL_MILLIS : PLAIN_MILLIS, TimeUnit.MILLISECONDS);
        clear();
        return outcome;
      } catch (TimeoutException e) {
        show(client.status(invocation.id()).join());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw CliFailure.unknown("interrupted while " + invocation.id() + " ran");
      } catch (ExecutionException e) {
        throw new IllegalStateException("results always complete normally", e);
      }
    }
  }

  void show(Reply<Door.InvocationStatus> reply) {
    if (!(reply instanceof Reply.Given<Door.InvocationStatus> given)) {
      return; // The result will tell; meanwhile the last line stands.
    }
    Door.InvocationStatus status = given.value();
    String calls = "calls " + Words.calls(status);
    String line = Words.phase(status) + " " + Words.seconds(age(status)) + ", " + calls;
    if (isTerminal) {
      err.print("\r" + line + " ".repeat(Math.max(0, last.length() - line.length())));
      last = line;
    } else if (!calls.equals(last)) {
      err.println(line);
      last = calls;
    }
    err.flush();
  }

  /** The record's time stands still while nothing is recorded; who watches sees it go on. */
  private long age(Door.InvocationStatus status) {
    long watched = TimeUnit.NANOSECONDS.toMicros(nanos.getAsLong() - beganNanos);
    return Math.max(status.getAgeMicros(), watched);
  }

  private void clear() {
    if (isTerminal && !last.isEmpty()) {
      err.print("\r" + " ".repeat(last.length()) + "\r");
      err.flush();
    }
  }
}
