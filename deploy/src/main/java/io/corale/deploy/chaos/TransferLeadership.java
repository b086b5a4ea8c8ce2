package io.corale.deploy.chaos;

import io.corale.client.Invocation;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.wire.Door;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves the superpeer by the stock shell, again and again, while callers come and calls run. */
@Command(
    name = "transfer",
    description = {
      "Transfers the leadership of a busy cell many times and judges what was promised.",
      "By stock ratis-shell; no call may run again because of it, no slot may stand still until a",
      "fence has ended, and no caller has to give up; prints how long callers waited."
    },
    mixinStandardHelpOptions = true)
public final class TransferLeadership extends FaultScript {
  /** At the shortest between two invocations. */
  private static final Duration PACE = Duration.ofMillis(80);

  private static final Duration LED = Duration.ofSeconds(10);

  /** What callers notice has come by then. */
  private static final Duration AFTERMATH = Duration.ofMillis(500);

  private static final long POLL_MILLIS = 20;

  /**
   * Of so many transfers one may come to nothing, or to another leader: Ratis asks the heir to
   * stand for election when it has caught up, and an entry may still come in between.
   */
  private static final int MISSED_AT_MOST_ONE_IN = 20;

  @Option(
      names = "--times",
      defaultValue = "100",
      description = "how often (default ${DEFAULT-VALUE})")
  private int times;

  @Override
  int play(FaultStage stage)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    List<String> violations = new ArrayList<>();
    List<Long> pauses = new ArrayList<>();
    List<Invocation> all;
    boolean isBusy;
    int missed = 0;
    Duration pace = pace(stage.options());
    try (SteadyLoad load = stage.load(pace)) {
      isBusy = FaultStage.isBusy(stage.awaitBusy(0));
      for (int i = 0; i < times; i++) {
        missed += transferOnce(stage, load, pauses) ? 0 : 1;
      }
      all = load.startNoMore();
    }
    violations.addAll(stage.awaitEnds(all));
    RunVerdict verdict = stage.judge(all);
    violations.addAll(verdict.violations());
    if (verdict.resentAfterTakeOver() > 0) {
      violations.add("re-sent: " + verdict.resentAfterTakeOver() + " calls ran again");
    }
    if (verdict.fencesAwaited() > 0) {
      violations.add("fences: " + verdict.fencesAwaited() + " slots stood still until their end");
    }
    if (missed * MISSED_AT_MOST_ONE_IN > Math.max(times, MISSED_AT_MOST_ONE_IN)) {
      violations.add("transfer: " + missed + " of " + times + " did not come to the heir");
    }
    say(
        String.format(
            "%d transfers under %d invocations a second: pause p50 %d ms, p99 %d ms, longest %d ms"
                + " (one begins every %d ms); %d did not come to the heir; %d submits were refused"
                + " for a moment",
            times,
            1_000 / pace.toMillis(),
            rank(pauses, 50),
            rank(pauses, 99),
            rank(pauses, 100),
            pace.toMillis(),
            missed,
            stage.refusedForNow()));
    return verdict(violations, isBusy);
  }

  /** Calls that take long fill the slots, and no more. */
  private static Duration pace(FaultOptions options) {
    Duration filling = options.call().dividedBy(options.limit());
    return filling.compareTo(PACE) > 0 ? filling : PACE;
  }

  /** Whether the heir leads afterwards. */
  private boolean transferOnce(FaultStage stage, SteadyLoad load, List<Long> pauses)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Door.CellReport before = stage.cell();
    Door.Member heir =
        before.getMembersList().stream()
            .filter(member -> !member.getNode().equals(before.getSuperpeer()))
            .skip(before.getTerm() % 2)
            .findFirst()
            .orElseThrow();
    long fromNanos = System.nanoTime();
    String answer = RatisShell.transfer(before, heir);
    while (stage.cell().getTerm() == before.getTerm()
        && FaultStage.millisSince(fromNanos) < LED.toMillis()) {
      Thread.sleep(POLL_MILLIS);
    }
    Thread.sleep(AFTERMATH.toMillis());
    load.awaitAcknowledged(1);
    pauses.add(load.longestSilence(fromNanos, System.nanoTime()).toMillis());
    boolean leads = stage.cell().getSuperpeer().equals(heir.getNode());
    if (!leads) {
      say(heir.getNode() + " does not lead: " + answer);
    }
    return leads;
  }

  /** The least value that so many per cent do not exceed. */
  private static long rank(List<Long> values, int percent) {
    if (values.isEmpty()) {
      return 0;
    }
    List<Long> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
  }
}
