package io.corale.scheduler.simulated;

import io.corale.model.CallId;
import io.corale.model.Refusal;
import io.corale.model.Terms;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Call;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.FlowModel;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Result;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches by what stands in the log that submits are refused beyond the terms of the owner, and
 * only there, and that what is accepted has the deadline of its flow (ADR 33). It looks at entries
 * with one submit and nothing else: there it knows what was before.
 */
final class Doorman {
  private static final int ALLOWANCE_MICROS = 1_000_000;
  private static final long SECOND_MICROS = 1_000_000;

  private final Judge judge;

  /** As they stand in the log, whatever the scheduler says of it. */
  private Terms terms = Terms.STANDARD;

  /** A submit is counted for this long at most. */
  private static final long COUNTED_MICROS = 1_040_000;

  /** Of a call, beside its arguments and its place. */
  private static final long FIXED_BYTES = 300;

  /** When submits were accepted lately, since their rate is limited. */
  private final Deque<Long> acceptedMicros = new ArrayDeque<>();

  private boolean isActive;
  private Map<CallId, Call> callsBefore = new LinkedHashMap<>();
  private Set<CallId> barredBefore = new LinkedHashSet<>();
  private boolean wasOwnerHeld;

  Doorman(Judge judge) {
    this.judge = judge;
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    Map<CallId, Call> callsNow = new LinkedHashMap<>();
    image.calls().forEach(call -> callsNow.put(call.id(), call));
    boolean isAlone = entry.commands().size() == 1;
    if (isActive && isAlone && entry.commands().get(0) instanceof Command.Submit submit) {
      watch(submit, applied.results().get(0), image, callsNow);
    }
    for (int i = 0; i < entry.commands().size(); i++) {
      Command command = entry.commands().get(i);
      if (command instanceof Command.Agree agree && agree.terms().version() > terms.version()) {
        if (!terms.limitsSubmits() || !agree.terms().limitsSubmits()) {
          acceptedMicros.clear();
        }
        terms = agree.terms();
      } else if (command instanceof Command.Submit
          && applied.results().get(i) instanceof Result.Accepted) {
        count(applied.cellTimeMicros());
      }
    }
    isActive = image.header().activeFormat() >= Entry.TERMS_FORMAT;
    callsBefore = callsNow;
    barredBefore = new LinkedHashSet<>(Bridge.barred(image).map(Call::id).toList());
    wasOwnerHeld = image.holds().stream().anyMatch(hold -> hold.composition().isEmpty());
  }

  /** No window of a second, wherever it begins, has more submits than were agreed to. */
  private void count(long nowMicros) {
    acceptedMicros.addLast(nowMicros);
    while (acceptedMicros.getFirst() <= nowMicros - COUNTED_MICROS) {
      acceptedMicros.removeFirst();
    }
    long accepted = accepted(nowMicros - SECOND_MICROS);
    judge.require(
        Check.ADMISSION,
        !terms.limitsSubmits() || accepted <= terms.submitsPerSecond(),
        () -> accepted + " submits are taken within a second: " + terms);
  }

  private long accepted(long sinceMicros) {
    return acceptedMicros.stream().filter(micros -> micros > sinceMicros).count();
  }

  private void watch(
      Command.Submit submit, Result result, Image image, Map<CallId, Call> callsNow) {
    if (result instanceof Result.Accepted) {
      List<Call> least =
          wasOwnerHeld
              ? List.of()
              : callsBefore.values().stream().filter(c -> stayed(c, callsNow)).toList();
      judge.require(
          Check.ADMISSION,
          least.size() < terms.maxQueued() && sizeBytes(least) < terms.maxQueuedBytes(),
          () -> submit.invocation() + " is taken, though " + least + " wait: " + terms);
      image.invocations().stream()
          .filter(each -> each.submission().id().equals(submit.invocation()))
          .forEach(each -> watchDeadline(submit, each, image));
    } else if (result instanceof Result.Refused refused && isOfTerms(refused.refusal())) {
      judge.require(
          Check.ADMISSION,
          hasReason(refused.refusal().message(), image, callsNow),
          () -> submit.invocation() + " is refused, without reason: " + refused + ", " + terms);
    }
  }

  private boolean hasReason(String message, Image image, Map<CallId, Call> callsNow) {
    if (message.startsWith("queue: ")) {
      List<Call> most = new ArrayList<>();
      callsNow.values().stream().filter(this::mayHaveWaited).forEach(most::add);
      callsBefore.values().stream().filter(c -> !callsNow.containsKey(c.id())).forEach(most::add);
      boolean isFull =
          most.size() >= terms.maxQueued() || sizeBytes(most) >= terms.maxQueuedBytes();
      return isFull && !wasOwnerHeld;
    }
    if (message.startsWith("invocations: ")) {
      return image.invocations().stream().filter(i -> i.ended().isEmpty()).count()
          >= terms.maxLive();
    }
    return terms.limitsSubmits()
        && accepted(image.header().cellTimeMicros() - COUNTED_MICROS) >= terms.submitsPerSecond();
  }

  private static long sizeBytes(List<Call> calls) {
    return calls.stream()
        .map(Call::spec)
        .mapToLong(spec -> FIXED_BYTES + spec.arguments().sizeBytes() + spec.place().length())
        .sum();
  }

  /** Whether it waited before the entry and when its command came: only what starts leaves then. */
  private boolean stayed(Call before, Map<CallId, Call> callsNow) {
    Call now = callsNow.get(before.id());
    return before.state() == Call.State.QUEUED
        && !barredBefore.contains(before.id())
        && now != null
        && (now.state() == Call.State.QUEUED || now.state() == Call.State.IN_FLIGHT);
  }

  private boolean mayHaveWaited(Call now) {
    return now.state() == Call.State.IN_FLIGHT
        || (now.state() == Call.State.QUEUED && !barredBefore.contains(now.id()));
  }

  /** Whether the terms are why, in the words of the refusal. */
  static boolean isOfTerms(Refusal refusal) {
    return refusal.message().startsWith("queue: ")
        || refusal.message().startsWith("invocations: ")
        || refusal.message().startsWith("quota: ");
  }

  /** Rule 17: after its submit nothing but starts happens in the entry, which no flow counts. */
  private void watchDeadline(Command.Submit submit, Invocation its, Image image) {
    if (its.ended().isPresent() || hears(its, image)) {
      return;
    }
    Invocation.Submission is = its.submission();
    long allowed = is.serviceClass().stretch() * is.rankMicros() + ALLOWANCE_MICROS;
    long asked =
        submit.deadlineMicros() == 0 ? allowed : Math.min(allowed, submit.deadlineMicros());
    long slots = image.accounts().stream().mapToLong(a -> a.account().concurrency()).sum();
    long delay =
        FlowModel.without(is.id(), image, terms).delayMicros(is.caller(), is.serviceClass(), slots);
    long due = is.acceptedMicros() + Math.max(asked, delay);
    judge.require(
        Check.ADMISSION,
        is.deadlineMicros() == due,
        () -> is + " has not the deadline " + due + " of its flow: " + terms);
  }

  /** The deadline of what waits to hear moves. */
  private static boolean hears(Invocation its, Image image) {
    return image.branches().stream()
        .filter(branch -> branch.key().invocation().equals(its.submission().id()))
        .anyMatch(branch -> branch.waiting().ears().hearing().isPresent());
  }
}
