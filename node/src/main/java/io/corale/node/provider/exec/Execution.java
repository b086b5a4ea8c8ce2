package io.corale.node.provider.exec;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.ProviderSettings.Program;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One run of a program, on a thread of its own. */
final class Execution {
  /** For standard output and standard error. */
  static final int THREADS = 2;

  private static final int MAX_OUTPUT_BYTES = Payload.MAX_INLINE_BYTES;

  /** The end of what a program complained of is the part that tells. */
  private static final int MAX_COMPLAINT_BYTES = 1_000;

  /** What the supervisor may take to act; within the overtime that providers have. */
  private static final Duration SLACK = Duration.ofMillis(500);

  /** As shells tell: 128 and the number of SIGKILL, with which the supervisor also ends itself. */
  private static final int KILLED = 137;

  /** The supervisor could not run the program, by its own conventions. */
  private static final int CANNOT_SUPERVISE = 125;

  private static final int CANNOT_FIND = 127;

  private final ProviderCall call;
  private final Program program;
  private final Supervisor supervisor;
  private final ExecutorService reading;
  private final Duration limit;

  Execution(ProviderCall call, Program program, Supervisor supervisor, ExecutorService reading) {
    this.call = call;
    this.program = program;
    this.supervisor = supervisor;
    this.reading = reading;
    this.limit =
        program.timeout().compareTo(call.timeout()) < 0 ? program.timeout() : call.timeout();
  }

  /** Runs it to its end. */
  Outcome run() {
    ProcessBuilder builder =
        new ProcessBuilder(supervisor.command(limit, program.command())).directory(new File("/"));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("CORALE_IDEMPOTENCY_KEY", call.attempt().call().toString());
    environment.put("CORALE_ATTEMPT", Integer.toString(call.attempt().number()));
    environment.put("CORALE_NOT_AFTER", call.notAfter().toString());
    if (!call.guard().permits()) {
      return new Outcome.NotSent("the send guard said no");
    }
    long beganNanos = System.nanoTime();
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Outcome.Unavailable("the program could not be started: " + e.getMessage(), false);
    }
    try {
      return attend(process, beganNanos);
    } catch (InterruptedException e) {
      process.destroy(); // The supervisor passes it on; if that is ignored, the time limit acts.
      return new Outcome.Unavailable("the node is stopping", true);
    } catch (RejectedExecutionException e) {
      process.destroy();
      return new Outcome.Unavailable("the node is stopping", true);
    }
  }

  private Outcome attend(Process process, long beganNanos) throws InterruptedException {
    Future<ByteString> output = reading.submit(beginning(process));
    Future<ByteString> complaint = reading.submit(() -> tail(process.getErrorStream()));
    give(process);
    if (!process.waitFor(limit.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      return new Outcome.TimedOut(true);
    }
    long tookNanos = System.nanoTime() - beganNanos;
    int exit = process.exitValue();
    if (exit == KILLED && tookNanos >= limit.toNanos()) {
      return new Outcome.TimedOut(false);
    }
    Optional<ByteString> whole = read(output, process.getInputStream());
    ByteString complained = read(complaint, process.getErrorStream()).orElse(ByteString.EMPTY);
    if (whole.isEmpty()) {
      return new Outcome.FunctionError(
          "a child that the program left behind keeps its standard output open", false);
    }
    ByteString printed = whole.get();
    if (printed.size() > MAX_OUTPUT_BYTES) {
      return new Outcome.FunctionError(
          "the program printed more than " + MAX_OUTPUT_BYTES + " bytes", false);
    }
    return exit == 0 ? success(printed) : failure(exit, complained);
  }

  /** A pipe holds more than the largest arguments, so that this does not wait for the program. */
  private void give(Process process) {
    try (OutputStream in = process.getOutputStream()) {
      call.arguments().bytes().writeTo(in);
    } catch (IOException e) {
      return; // It ended, or closed its input, without reading: its own affair.
    }
  }

  /** Reads one byte more than may be; whoever prints more is ended. */
  private static Callable<ByteString> beginning(Process process) {
    return () -> {
      byte[] bytes = process.getInputStream().readNBytes(MAX_OUTPUT_BYTES + 1);
      if (bytes.length > MAX_OUTPUT_BYTES) {
        process.destroy();
        process.getInputStream().close();
      }
      return ByteString.copyFrom(bytes);
    };
  }

  private static ByteString tail(InputStream in) throws IOException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    byte[] buffer = new byte[8_192];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      kept.write(buffer, 0, count);
      if (kept.size() > 2 * buffer.length) {
        byte[] all = kept.toByteArray();
        kept.reset();
        kept.write(all, all.length - MAX_COMPLAINT_BYTES, MAX_COMPLAINT_BYTES);
      }
    }
    byte[] all = kept.toByteArray();
    int from = Math.max(0, all.length - MAX_COMPLAINT_BYTES);
    return ByteString.copyFrom(all, from, all.length - from);
  }

  /** What was read; nothing if a child of the program keeps the stream open after its end. */
  private static Optional<ByteString> read(Future<ByteString> reader, InputStream in)
      throws InterruptedException {
    try {
      return Optional.of(reader.get(SLACK.toMillis() / 2, TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException e) {
      try {
        in.close(); // Which ends the reader.
      } catch (IOException closing) {
        return Optional.empty();
      }
      return Optional.empty();
    }
  }

  private static Outcome success(ByteString printed) {
    String text = printed.toStringUtf8().strip();
    return new Outcome.Success(text.isEmpty() ? Payload.NULL : Payload.ofJson(text));
  }

  private static Outcome failure(int exit, ByteString complained) {
    String text = complained.toString(StandardCharsets.UTF_8).strip();
    return new Outcome.FunctionError(
        "exit status " + exit + (text.isEmpty() ? "" : ": " + text),
        exit < CANNOT_SUPERVISE || exit > CANNOT_FIND);
  }
}
