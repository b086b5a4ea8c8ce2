package io.corale.node.provider.exec;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.ProviderSettings.Program;
import io.corale.node.thread.Daemons;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs declared programs: the arguments as JSON on their standard input, the result as JSON on
 * their standard output. An implementation names its {@code program}; never a command, and never
 * through a shell.
 */
final class ExecProvider implements Provider {
  static final String ID = "exec";

  /** Each is a process tree, and a thread here. */
  private static final int MAX_RUNNING = 32;

  /** By then one of so many programs has probably ended. */
  private static final Duration FULL_RETRY_AFTER = Duration.ofSeconds(1);

  private final SortedMap<String, Program> programs;
  private final Optional<Supervisor> supervisor;
  private final ThreadPoolExecutor running;

  /**
   * @param supervisor present if there are programs
   */
  ExecProvider(SortedMap<String, Program> programs, Optional<Supervisor> supervisor) {
    this.programs = programs;
    this.supervisor = supervisor;
    this.running =
        new ThreadPoolExecutor(
            0,
            MAX_RUNNING,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new Daemons("exec-run"));
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public CompletableFuture<Outcome> call(ProviderCall call) {
    Program program = programs.get(call.target().getOrDefault("program", ""));
    if (program == null || call.target().size() != 1 || supervisor.isEmpty()) {
      return refused(
          "provider exec needs the one setting 'program', one of "
              + programs.keySet()
              + " which this node's operator declared; found "
              + call.target());
    }
    if (call.arguments().sizeBytes() > Payload.MAX_BYTES) {
      return refused("the arguments have more than " + Payload.MAX_BYTES + " bytes");
    }
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    Execution execution = new Execution(call, program, supervisor.get());
    try {
      running.execute(() -> answer.complete(execution.run()));
    } catch (RejectedExecutionException e) {
      answer.complete(Outcome.Throttled.byUs(FULL_RETRY_AFTER));
    }
    return answer;
  }

  private static CompletableFuture<Outcome> refused(String why) {
    return CompletableFuture.completedFuture(new Outcome.FunctionError(why, false));
  }

  /** Interrupts its threads, each of which ends its program. */
  @Override
  public void close() {
    running.shutdownNow();
  }
}
