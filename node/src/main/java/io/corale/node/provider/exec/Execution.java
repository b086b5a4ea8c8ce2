package io.corale.node.provider.exec;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.ProviderSettings.Program;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a program, on a thread of its own.
 *
 * <p>That thread looks now and then at what the program has printed, and never waits for more: a
 * child that a program leaves behind may keep its streams open for as long as it likes, and nothing
 * wakes a thread that waits for it.
 */
final class Execution {
  private static final Logger log = LoggerFactory.getLogger(Execution.class);

  private static final int MAX_OUTPUT_BYTES = Payload.MAX_BYTES;

  /** The end of what a program complained of is the part that tells. */
  private static final int MAX_COMPLAINT_BYTES = 1_000;

  /** In which a program cannot print more than a pipe holds without waiting for us. */
  private static final long LOOK_MILLIS = 10;

  /** What the supervisor may take to act; within the overtime that providers have. */
  private static final Duration SLACK = Duration.ofMillis(500);

  /** As shells tell: 128 and the number of SIGKILL, with which the supervisor also ends itself. */
  private static final int KILLED = 137;

  /** The supervisor could not run the program, by its own conventions. */
  private static final int CANNOT_SUPERVISE = 125;

  private static final int CANNOT_FIND = 127;

  /** A thread keeps a copy of the largest piece that it has ever written. */
  private static final int SLICE_BYTES = 64 * 1024;

  private final ProviderCall call;
  private final Program program;
  private final Supervisor supervisor;
  private final Duration limit;

  Execution(ProviderCall call, Program program, Supervisor supervisor) {
    this.call = call;
    this.program = program;
    this.supervisor = supervisor;
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
    Optional<Path> file = Optional.empty();
    Process process;
    long beganNanos;
    try {
      if (!isSmall()) {
        file = Optional.of(written());
        builder.redirectInput(file.get().toFile());
        call.sent();
      }
      // Large arguments are on the disk by now: what the guard permits begins at once.
      if (!call.guard().permits()) {
        return new Outcome.NotSent("the send guard said no");
      }
      beganNanos = System.nanoTime();
      process = builder.start();
    } catch (IOException e) {
      return new Outcome.Unavailable("the program could not be started: " + e.getMessage(), false);
    } finally {
      file.ifPresent(Execution::forget); // The program has it open, and nobody finds it any more.
    }
    try {
      return attend(process, beganNanos);
    } catch (InterruptedException e) {
      process.destroy(); // The supervisor passes it on; if that is ignored, the time limit acts.
      return new Outcome.Unavailable("the node is stopping", true);
    }
  }

  /**
   * Large arguments stand in a file that nobody else can open: a pipe would hold us until the
   * program has read them, and a child that it leaves behind might keep us for ever.
   */
  private Path written() throws IOException {
    Path file = Files.createTempFile("corale-arguments", ".json");
    ByteString bytes = call.arguments().bytes();
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int from = 0; from < bytes.size(); from += SLICE_BYTES) {
        bytes.substring(from, Math.min(from + SLICE_BYTES, bytes.size())).writeTo(out);
      }
    } catch (IOException e) {
      forget(file);
      throw e;
    }
    return file;
  }

  /** What becomes of the file says nothing about the program. */
  private static void forget(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("{} could not be deleted: {}", file, e.toString());
    }
  }

  private boolean isSmall() {
    return call.arguments().fitsInline();
  }

  private Outcome attend(Process process, long beganNanos) throws InterruptedException {
    Printed output = Printed.beginning(process.getInputStream(), MAX_OUTPUT_BYTES);
    Printed complaint = Printed.end(process.getErrorStream(), MAX_COMPLAINT_BYTES);
    if (isSmall()) {
      give(process);
    }
    long patienceNanos = limit.plus(SLACK).toNanos();
    boolean isOver = false;
    while (!isOver && !output.isTooMuch()) {
      if (System.nanoTime() - beganNanos > patienceNanos) {
        process.destroyForcibly();
        return output.isHeldBack() ? noRoom() : new Outcome.TimedOut(true);
      }
      if (output.isGivenUp(System.nanoTime())) {
        process.destroy();
        return noRoom();
      }
      isOver = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      // What a program has printed is there when it has ended.
      output.lookWithin(call.hold(), System.nanoTime());
      complaint.look();
    }
    if (output.isTooMuch()) {
      process.destroy();
      return new Outcome.FunctionError(
          "the program printed more than " + MAX_OUTPUT_BYTES + " bytes", false);
    }
    if (!hasRead(output)) {
      return noRoom();
    }
    long tookNanos = System.nanoTime() - beganNanos;
    int exit = process.exitValue();
    if (exit == KILLED && tookNanos >= limit.toNanos()) {
      return new Outcome.TimedOut(false);
    }
    return exit == 0 ? success(output.bytes()) : failure(exit, complaint.bytes());
  }

  /** What it printed last may have to wait for room, though it has ended. */
  private boolean hasRead(Printed output) throws InterruptedException {
    while (output.isHeldBack() && !output.isGivenUp(System.nanoTime())) {
      Thread.sleep(LOOK_MILLIS);
      output.lookWithin(call.hold(), System.nanoTime());
    }
    return !output.isHeldBack();
  }

  private static Outcome noRoom() {
    return new Outcome.FunctionError(
        "the program printed much, and this node found no room for it in time", false);
  }

  /** A pipe holds more than small arguments, so that this does not wait for the program. */
  private void give(Process process) {
    try (OutputStream in = process.getOutputStream()) {
      call.arguments().bytes().writeTo(in);
    } catch (IOException e) {
      return; // It ended, or closed its input, without reading: its own affair.
    }
  }

  private static Outcome success(ByteString printed) {
    if (printed.size() > Payload.MAX_INLINE_BYTES) {
      return new Outcome.Success(new Payload(printed)); // Spaces around it are JSON, and stay.
    }
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
