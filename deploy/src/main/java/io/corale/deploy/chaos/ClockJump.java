package io.corale.deploy.chaos;

import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.model.Refusal;
import io.corale.wire.Door;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Sets the wall clock of the superpeer, then of a follower, wrong: by little, which nobody may
 * notice, and by more than callers retry for, which refuses what they start, and nothing else.
 */
@Command(
    name = "clock-jump",
    description = {
      "Sets the wall clock of the superpeer of a busy cell, then of a follower, wrong and right"
          + " again.",
      "No superpeer may change, what runs goes on, and what is started is accepted: but for a"
          + " clock",
      "that is wrong by more than callers retry for, whose node refuses it and says so.",
      "Needs libfaketime (on Debian: apt-get install libfaketime)."
    },
    mixinStandardHelpOptions = true)
public final class ClockJump extends FaultScript {
  private static final Duration PACE = Duration.ofMillis(80);

  /** So many of the load may be on their way to a node while its clock is set: two seconds. */
  private static final int UNDER_WAY = 25;

  /** How a start is refused whose time to be retried lies in the past, or too far ahead. */
  private static final Set<Refusal.Code> UNTIMELY =
      Set.of(Refusal.Code.EXPIRED, Refusal.Code.INVALID);

  @Option(
      names = "--near",
      split = ",",
      paramLabel = "DURATION",
      defaultValue = "PT5M,-PT5M",
      description = "wrong by so much, each in turn: nobody may notice (default ${DEFAULT-VALUE})")
  private List<Duration> near = List.of();

  @Option(
      names = "--far",
      split = ",",
      paramLabel = "DURATION",
      defaultValue = "P400D,-P400D",
      description = "wrong by so much: a superpeer refuses new starts (default ${DEFAULT-VALUE})")
  private List<Duration> far = List.of();

  @Option(
      names = "--seconds",
      defaultValue = "4",
      description = "how long a clock is wrong (default ${DEFAULT-VALUE})")
  private int seconds;

  private Optional<WallClocks> clocks = Optional.empty();

  /** Of the load, from the first that may have met a wrong clock to the last. */
  private record Span(int from, int until) {
    boolean has(int start) {
      return from <= start && start < until;
    }
  }

  @Override
  Optional<? extends Closeable> prepare(Path where) throws IOException {
    clocks = WallClocks.in(where);
    return clocks.map(none -> () -> {});
  }

  @Override
  Map<String, String> environment(String node) {
    return clocks.orElseThrow().environment(node);
  }

  @Override
  int play(FaultStage stage) throws IOException, InterruptedException, ExecutionException {
    List<String> violations = new ArrayList<>();
    List<Span> refusing = new ArrayList<>();
    boolean isBusy = true;
    try (SteadyLoad load = stage.load(PACE)) {
      for (boolean leads : List.of(true, false)) {
        for (Duration ahead : near) {
          isBusy &= FaultStage.isBusy(stage.awaitBusy(0));
          jump(stage, load, member(stage, leads), ahead);
        }
        for (Duration ahead : far) {
          isBusy &= FaultStage.isBusy(stage.awaitBusy(0));
          Span span = jump(stage, load, member(stage, leads), ahead);
          if (leads) {
            refusing.add(span);
          }
        }
      }
      List<Invocation> accepted = new ArrayList<>();
      List<String> refused = new ArrayList<>();
      sort(load.startNoMore(), refusing, accepted, refused, violations);
      violations.addAll(stage.awaitEnds(accepted));
      RunVerdict verdict = stage.judge(accepted);
      violations.addAll(verdict.violationsByAnyClock());
      if (verdict.terms().count() > 1) {
        violations.add("election: " + verdict.terms().count() + " terms were led");
      }
      verdict.history().attempts().keySet().stream()
          .filter(call -> refused.contains(call.substring(0, call.indexOf('/'))))
          .forEach(call -> violations.add("refused: call " + call + " ran nevertheless"));
      say(accepted.size() + " starts were accepted, " + refused.size() + " refused");
      isBusy &= far.isEmpty() || !refused.isEmpty();
    }
    return verdict(violations, isBusy);
  }

  private static String member(FaultStage stage, boolean leads)
      throws InterruptedException, ExecutionException {
    Door.CellReport cell = stage.cellAtSuperpeer();
    return cell.getMembersList().stream()
        .map(Door.Member::getNode)
        .filter(node -> node.equals(cell.getSuperpeer()) == leads)
        .findFirst()
        .orElseThrow();
  }

  private Span jump(FaultStage stage, SteadyLoad load, String node, Duration ahead)
      throws IOException, InterruptedException, ExecutionException {
    String superpeer = stage.cellAtSuperpeer().getSuperpeer();
    int from = load.started().size() - UNDER_WAY;
    long fromNanos = System.nanoTime();
    clocks.orElseThrow().set(node, ahead);
    Thread.sleep(WallClocks.SEEN.plusSeconds(seconds).toMillis());
    clocks.orElseThrow().set(node, Duration.ZERO);
    Thread.sleep(WallClocks.SEEN.toMillis());
    say(
        String.format(
            "the clock of %s, %s, was wrong by %s for %d s: longest silence %d ms",
            node,
            node.equals(superpeer) ? "the superpeer" : "a follower",
            ahead,
            seconds,
            load.longestSilence(fromNanos, System.nanoTime()).toMillis()));
    return new Span(from, load.started().size());
  }

  /** Which were accepted, and which were refused where they may have been. */
  private static void sort(
      List<Invocation> started,
      List<Span> refusing,
      List<Invocation> accepted,
      List<String> refused,
      List<String> violations)
      throws InterruptedException, ExecutionException {
    for (int i = 0; i < started.size(); i++) {
      int start = i;
      Invocation invocation = started.get(i);
      Reply<?> reply = invocation.accepted().get();
      boolean mayBeRefused = refusing.stream().anyMatch(span -> span.has(start));
      if (mayBeRefused
          && reply instanceof Reply.Refused<?> no
          && UNTIMELY.contains(no.refusal().code())) {
        refused.add(invocation.id().value());
      } else if (reply instanceof Reply.Given) {
        accepted.add(invocation);
      } else {
        violations.add("start: " + invocation.id() + " came to " + reply);
      }
    }
  }
}
