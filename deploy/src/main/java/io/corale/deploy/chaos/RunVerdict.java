package io.corale.deploy.chaos;

import io.corale.deploy.recorder.Event;
import io.corale.deploy.recorder.RecorderHistory;
import io.corale.wire.Door;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Judges a run in which a cluster was hurt, from what the provider recorded and what the cell
 * remembers. Pure.
 *
 * @param history the provider's own record
 * @param traces of every invocation that is known, after all had ended
 * @param lost what was acknowledged, and of which there is no trace
 * @param limit the provider's concurrency limit
 * @param steps calls of each invocation
 * @param terms who led
 * @param parted replicas whose state was not that of the others
 */
record RunVerdict(
    RecorderHistory history,
    List<Door.TraceReport> traces,
    List<String> lost,
    int limit,
    int steps,
    LedTerms terms,
    List<String> parted) {
  /** How many late starts are named. */
  private static final int EVIDENCE = 3;

  /** What the trace says of an attempt that a take-over leased. */
  private static final String LOST_TO_TAKE_OVER = "its executor lost the cell";

  /** What it says of one whose account did not wait for its end, though it may still run. */
  private static final String RETRIED_FAST = "its account retries fast";

  /** What it says of a slot of which nobody could tell that it was free. */
  private static final String FENCE_ENDED = "fence ended";

  /** Every promise that was broken, with its evidence; empty if all held. */
  List<String> violations() {
    List<String> violations = violationsByAnyClock();
    long late = history.total().startedLate();
    if (late > 0) {
      violations.add(
          "fence: "
              + late
              + " executions started after their last time to start, by up to "
              + history.total().mostLateMillis()
              + " ms: "
              + lateStarts());
    }
    return violations;
  }

  /**
   * Enough of them to compare with when the nodes stood still: else none of it can be found out.
   */
  private String lateStarts() {
    return history.events().stream()
        .filter(event -> event.what() == Event.Kind.START && event.lateMillis() > 0)
        .limit(EVIDENCE)
        .map(
            event ->
                event.key()
                    + "#"
                    + event.attempt()
                    + " at "
                    + Instant.ofEpochMilli(event.wallMillis())
                    + ", last time "
                    + Instant.ofEpochMilli(event.notAfterMillis())
                    + ", recorder held up "
                    + event.heldUpMillis()
                    + " ms")
        .collect(Collectors.joining("; "));
  }

  /**
   * The same, where the wall clocks of nodes and provider were apart: who was late is not known.
   */
  List<String> violationsByAnyClock() {
    List<String> violations = new ArrayList<>(terms.violations());
    parted.forEach(each -> violations.add("replicas: " + each));
    Set<String> triedAtOnce = triedAtOnce();
    int most = limit + triedAtOnce.size();
    if (history.highest() > most) {
      violations.add("limit: " + history.highest() + " calls ran at once, the limit is " + most);
    }
    List<String> overlapping = new ArrayList<>(history.overlapping());
    overlapping.removeAll(triedAtOnce);
    if (!overlapping.isEmpty()) {
      violations.add("overlap: two executions of one call ran at once: " + overlapping);
    }
    lost.forEach(each -> violations.add("lost: nobody knows invocation " + each));
    Map<String, SortedMap<String, List<Integer>>> calls = calls();
    for (Door.TraceReport trace : traces) {
      String id = trace.getStatus().getInvocation();
      judge(trace, calls.getOrDefault(id, Collections.emptySortedMap()), violations);
    }
    return violations;
  }

  /** The attempts that the provider saw, by invocation and call; calls begin with any number. */
  private Map<String, SortedMap<String, List<Integer>>> calls() {
    Map<String, SortedMap<String, List<Integer>>> calls = new LinkedHashMap<>();
    history
        .attempts()
        .forEach(
            (key, numbers) -> {
              int end = key.lastIndexOf('/');
              calls
                  .computeIfAbsent(key.substring(0, end), id -> new TreeMap<>())
                  .put(key.substring(end + 1), numbers);
            });
    return calls;
  }

  private void judge(
      Door.TraceReport trace, SortedMap<String, List<Integer>> calls, List<String> violations) {
    String id = trace.getStatus().getInvocation();
    long endings = count(trace, Door.TraceEvent.Kind.ENDED);
    if (trace.getStatus().getPhase() != Door.Phase.COMPLETED || endings != 1) {
      violations.add(
          "ending: "
              + id
              + " is "
              + trace.getStatus().getPhase()
              + " with "
              + endings
              + " endings");
    }
    Set<String> inDoubt = new TreeSet<>();
    for (Door.TraceEvent event : trace.getEventsList()) {
      if (event.getKind() == Door.TraceEvent.Kind.LEASED) {
        inDoubt.add(event.getCall() + "#" + event.getAttempt());
      }
    }
    if (calls.size() != steps) {
      String how = calls.size() < steps ? "lost: " : "doubled: ";
      violations.add(
          how + calls.size() + " calls of " + id + " reached the provider, not " + steps);
    }
    calls.forEach(
        (call, numbers) -> {
          String key = id + "/" + call;
          for (int i = 1; i < numbers.size(); i++) {
            int before = numbers.get(i - 1);
            if (numbers.get(i) <= before) {
              violations.add("attempts: call " + key + " was sent as " + numbers);
            } else if (!inDoubt.contains(call + "#" + before)) {
              violations.add(
                  "cause: call "
                      + key
                      + " ran again though attempt "
                      + before
                      + " was in no doubt");
            }
          }
        });
  }

  /** The keys of the calls that were tried again beside what might still run of them. */
  Set<String> triedAtOnce() {
    Set<String> keys = new TreeSet<>();
    for (Door.TraceReport trace : traces) {
      trace.getEventsList().stream()
          .filter(event -> event.getDetail().equals(RETRIED_FAST))
          .forEach(event -> keys.add(trace.getStatus().getInvocation() + "/" + event.getCall()));
    }
    return keys;
  }

  /** Executions beyond the first of their call, of those that were not tried again at once. */
  long secondExecutions() {
    Set<String> triedAtOnce = triedAtOnce();
    return history.attempts().entrySet().stream()
        .filter(call -> !triedAtOnce.contains(call.getKey()))
        .mapToLong(call -> call.getValue().size() - 1L)
        .sum();
  }

  /** Calls that ran, were left in doubt by a take-over, and ran again. */
  long resentAfterTakeOver() {
    return traces.stream()
        .mapToLong(
            trace ->
                trace.getEventsList().stream()
                    .filter(event -> event.getDetail().equals(LOST_TO_TAKE_OVER))
                    .filter(event -> ranAgain(trace.getStatus().getInvocation(), event))
                    .count())
        .sum();
  }

  private boolean ranAgain(String invocation, Door.TraceEvent event) {
    List<Integer> numbers =
        history.attempts().getOrDefault(invocation + "/" + event.getCall(), List.of());
    return numbers.contains(event.getAttempt())
        && numbers.get(numbers.size() - 1) > event.getAttempt();
  }

  /** Slots that a take-over had leased, and that were free only when their fences had ended. */
  long fencesAwaited() {
    return traces.stream().mapToLong(RunVerdict::fencesAwaited).sum();
  }

  private static long fencesAwaited(Door.TraceReport trace) {
    Set<String> lost = new TreeSet<>();
    for (Door.TraceEvent event : trace.getEventsList()) {
      if (event.getDetail().equals(LOST_TO_TAKE_OVER)) {
        lost.add(event.getCall() + "#" + event.getAttempt());
      }
    }
    return trace.getEventsList().stream()
        .filter(event -> event.getDetail().equals(FENCE_ENDED))
        .filter(event -> lost.contains(event.getCall() + "#" + event.getAttempt()))
        .count();
  }

  /** Attempts that a take-over left in doubt. */
  long leases() {
    return traces.stream().mapToLong(t -> count(t, Door.TraceEvent.Kind.LEASED)).sum();
  }

  private static long count(Door.TraceReport trace, Door.TraceEvent.Kind kind) {
    return trace.getEventsList().stream().filter(event -> event.getKind() == kind).count();
  }
}
