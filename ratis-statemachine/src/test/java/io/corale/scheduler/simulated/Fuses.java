package io.corale.scheduler.simulated;

import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.model.Outcome;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Breaker;
import io.corale.scheduler.Call;
import io.corale.scheduler.Circuit;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Watches by what stands in the log that what does not answer is left alone, but for one call at a
 * time, and only that (ADR 34).
 */
final class Fuses {
  private static final int FAILURES = 5;
  private static final long FIRST_PAUSE_MICROS = 1_000_000;

  private final Judge judge;

  /** In a row, of attempts whose calls were tried again for that; others are not counted. */
  private final Map<Circuit, List<CallId>> failures = new LinkedHashMap<>();

  private Map<CallId, Call> calls = new LinkedHashMap<>();
  private Map<CallId, Circuit> circuits = new LinkedHashMap<>();
  private Map<Circuit, Breaker> open = new LinkedHashMap<>();

  Fuses(Judge judge) {
    this.judge = judge;
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    if (image.header().activeFormat() < Entry.TERMS_FORMAT) {
      return;
    }
    Map<CallId, Call> after = new LinkedHashMap<>();
    image.calls().forEach(call -> after.put(call.id(), call));
    Map<Circuit, Breaker> openAfter = new LinkedHashMap<>();
    image.breakers().stream()
        .filter(breaker -> breaker.pauseMicros() > 0)
        .forEach(breaker -> openAfter.put(breaker.circuit(), breaker));
    Set<Circuit> failed = new LinkedHashSet<>();
    Set<Circuit> answered = new LinkedHashSet<>();
    Set<AttemptId> heard = new LinkedHashSet<>();
    for (Command command : entry.commands()) {
      if (command instanceof Command.Settle settle && heard.add(settle.attempt())) {
        heard(settle, after, failed, answered);
      }
    }
    open.keySet().stream().filter(each -> !openAfter.containsKey(each)).forEach(failures::remove);
    requireOpened(failed, openAfter);
    requireReason(answered, openAfter, image);
    open.values().forEach(was -> requirePause(was, openAfter, image));
    requireLeftAlone(entry, applied, image, openAfter);
    calls = after;
    circuits = circuits(image);
    open = openAfter;
  }

  private void heard(
      Command.Settle settle, Map<CallId, Call> after, Set<Circuit> failed, Set<Circuit> answered) {
    CallId id = settle.attempt().call();
    Circuit circuit = circuits.get(id);
    if (circuit == null) {
      return;
    }
    if (settle.outcome() instanceof Outcome.Success
        || settle.outcome() instanceof Outcome.FunctionError) {
      failures.remove(circuit);
      failed.remove(circuit);
      answered.add(circuit);
    } else if (isSilence(settle.outcome()) && wasTried(settle.attempt(), after)) {
      failures.computeIfAbsent(circuit, its -> new ArrayList<>()).add(id);
      failed.add(circuit);
    }
  }

  private static boolean isSilence(Outcome outcome) {
    return outcome instanceof Outcome.Unavailable || outcome instanceof Outcome.TimedOut;
  }

  private boolean wasTried(AttemptId attempt, Map<CallId, Call> after) {
    Call was = calls.get(attempt.call());
    Call is = after.get(attempt.call());
    return was != null
        && is != null
        && was.attempt() == attempt.number()
        && is.tried() == was.tried() + 1;
  }

  /** So much in a row is no bad luck, unless it is all of one call. */
  private void requireOpened(Set<Circuit> failed, Map<Circuit, Breaker> openAfter) {
    for (Circuit each : failed) {
      List<CallId> row = failures.getOrDefault(each, List.of());
      int count = row.size();
      if (count >= FAILURES && row.stream().distinct().count() > 1) {
        judge.require(
            Check.BREAKERS,
            openAfter.containsKey(each),
            () -> each + " has failed " + count + " times in a row, and its calls go on");
      }
    }
  }

  /** What was left alone is so until somebody was answered, or nobody asked for long. */
  private void requireReason(Set<Circuit> answered, Map<Circuit, Breaker> openAfter, Image image) {
    for (Breaker was : open.values()) {
      boolean isForgotten = image.header().cellTimeMicros() - was.untilMicros() >= 600_000_000L;
      judge.require(
          Check.BREAKERS,
          openAfter.containsKey(was.circuit()) || answered.contains(was.circuit()) || isForgotten,
          () -> was + " is gone, and nobody was answered");
    }
  }

  /** However often it comes and goes, nothing changes within a second of its last failure. */
  private void requirePause(Breaker was, Map<Circuit, Breaker> openAfter, Image image) {
    long opened = was.untilMicros() - was.pauseMicros();
    boolean isOver = image.header().cellTimeMicros() - FIRST_PAUSE_MICROS >= opened;
    judge.require(
        Check.BREAKERS,
        was.probe().isPresent() || isOver || was.equals(openAfter.get(was.circuit())),
        () -> was + " is not left alone for a second, but " + openAfter.get(was.circuit()));
  }

  /** What starts in spite of it is the one that was let through, when it was time. */
  private void requireLeftAlone(
      Entry entry, Applied applied, Image image, Map<Circuit, Breaker> openAfter) {
    boolean isTakenOver = entry.commands().stream().anyMatch(Command.TakeOver.class::isInstance);
    Map<CallId, Circuit> its = circuits(image);
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Start start) {
        CallId id = start.attempt().call();
        Optional<Breaker> breaker = Optional.ofNullable(its.get(id)).map(openAfter::get);
        breaker.ifPresent(
            b ->
                judge.require(
                    Check.BREAKERS,
                    b.probe().equals(Optional.of(id)) && isInTime(b, isTakenOver, applied),
                    () -> id + " starts though it is not let through by " + b));
      }
    }
    if (!openAfter.isEmpty()) {
      judge.watches(Check.BREAKERS);
    }
  }

  /** A take-over gives up the last one before its time, and nothing else does. */
  private boolean isInTime(Breaker is, boolean isTakenOver, Applied applied) {
    Breaker was = open.get(is.circuit());
    return was != null
        && (was.untilMicros() <= applied.cellTimeMicros()
            || (isTakenOver && was.probe().isPresent()));
  }

  private static Map<CallId, Circuit> circuits(Image image) {
    Map<InvocationId, String> compositions = new LinkedHashMap<>();
    image.invocations().stream()
        .map(Invocation::submission)
        .forEach(each -> compositions.put(each.id(), each.composition().name()));
    Map<CallId, Circuit> circuits = new LinkedHashMap<>();
    for (Call call : image.calls()) {
      String composition = compositions.get(call.id().invocation());
      if (composition != null) {
        circuits.put(call.id(), circuit(call, composition));
      }
    }
    return circuits;
  }

  static Circuit circuit(Call call, String composition) {
    return new Circuit(
        call.spec().account(),
        call.spec().scope(),
        composition,
        call.spec().function(),
        call.spec().implementation());
  }
}
