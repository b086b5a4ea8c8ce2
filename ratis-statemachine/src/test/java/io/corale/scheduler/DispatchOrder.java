package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.InvocationId;
import io.corale.model.ServiceClass;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What the reference model would have started in an entry of a log (rule 38) that bounds its tail
 * (rule 12).
 *
 * <p>An entry starts calls last, after all else that it does. So the queue as it was before is that
 * of the state after it, with what was started put back: waiting, without its slot, its turns not
 * taken yet.
 */
public final class DispatchOrder {
  private DispatchOrder() {}

  /**
   * The attempts that should have started at an account, in order.
   *
   * @param account as its owner configured it
   * @param after the state after the entry
   * @param started the attempts that the entry did start at this account
   * @param known what is known of a submission by now, whatever its record says
   */
  public static List<AttemptId> of(
      Account account,
      Image after,
      List<AttemptId> started,
      UnaryOperator<Invocation.Submission> known) {
    if (HoldModel.of(after).holdsOwner()) {
      return List.of();
    }
    QueueModel model = new QueueModel(account, turnBefore(account, after, started.size()));
    GaugeModel gauges = GaugeModel.of(account, after);
    model.limitBy(gauges);
    for (Slot slot : after.slots()) {
      if (slot.account().equals(account.id()) && started.contains(slot.attempt())) {
        gauges.count(model.path(slot.scope()), -1);
      } else if (slot.account().equals(account.id())) {
        model.occupy(slot.scope());
        if (isUnseen(slot, after)) {
          model.markUnseen(slot.scope());
        }
      }
    }
    Map<Long, AttemptId> bySequence = waiting(account, after, started, model, known);
    List<AttemptId> expected = new ArrayList<>();
    Optional<QueueModel.Call> next = model.dispatch(after.header().cellTimeMicros());
    while (next.isPresent()) {
      expected.add(bySequence.get(next.get().sequence()));
      model.markUnseen(next.get().scope());
      next = model.dispatch(after.header().cellTimeMicros());
    }
    return expected;
  }

  /**
   * What holds a call which waits at an account: what its owner wants, and while it is queued each
   * scope by each limit that does.
   */
  public static List<String> holding(Account account, Image image, Call call) {
    List<String> all = new ArrayList<>(HoldModel.of(image).holding(call.id().invocation()));
    if (call.state() == Call.State.QUEUED) {
      QueueModel model = standing(account, image);
      image.invocations().stream()
          .filter(invocation -> invocation.id().equals(call.id().invocation()))
          .forEach(invocation -> all.addAll(model.shut(place(call, invocation.submission()))));
    }
    return all;
  }

  /** Whether a call of an account waits only for its executor to see what it has started. */
  public static boolean isHeldByTail(Account account, Image image) {
    if (HoldModel.of(image).holdsOwner()) {
      return false;
    }
    QueueModel model = standing(account, image);
    waiting(account, image, List.of(), model, UnaryOperator.identity());
    return model.isHeldByTail();
  }

  /** What runs there, and nobody who waits. */
  private static QueueModel standing(Account account, Image image) {
    QueueModel model = new QueueModel(account);
    model.limitBy(GaugeModel.of(account, image));
    for (Slot slot : image.slots()) {
      if (slot.account().equals(account.id())) {
        model.occupy(slot.scope());
        if (isUnseen(slot, image)) {
          model.markUnseen(slot.scope());
        }
      }
    }
    return model;
  }

  private static boolean isUnseen(Slot slot, Image image) {
    long from = image.header().tailFrom();
    return from > 0 && slot.startedIndex() >= from;
  }

  private static int turnBefore(Account account, Image after, int started) {
    for (Image.Configured configured : after.accounts()) {
      if (configured.account().id().equals(account.id())) {
        return Math.floorMod(configured.turn() - started, ReadyQueue.LATE_SHARE);
      }
    }
    return 0;
  }

  private static Map<Long, AttemptId> waiting(
      Account account,
      Image after,
      List<AttemptId> started,
      QueueModel model,
      UnaryOperator<Invocation.Submission> known) {
    HoldModel holds = HoldModel.of(after);
    Map<InvocationId, Invocation.Submission> submissions = new LinkedHashMap<>();
    after.invocations().forEach(i -> submissions.put(i.id(), known.apply(i.submission())));
    Map<Long, AttemptId> bySequence = new LinkedHashMap<>();
    for (Call call : after.calls()) {
      boolean isWaiting = call.state() == Call.State.QUEUED || call.state() == Call.State.HELD;
      boolean isQueued = isWaiting && !holds.holds(call.id().invocation());
      boolean isStarted = call.attempt() > 0 && started.contains(call.lastAttempt());
      Invocation.Submission submission = submissions.get(call.id().invocation());
      if (call.spec().account().equals(account.id())
          && (isQueued || isStarted)
          && submission != null) {
        int attempt = isStarted ? call.attempt() : call.attempt() + 1;
        bySequence.put(call.sequence(), new AttemptId(call.id(), attempt));
        model.insert(place(call, submission));
      }
    }
    return bySequence;
  }

  /** Rule 17: the integers that came with the commands; what is urgent has its rank used up. */
  private static QueueModel.Call place(Call call, Invocation.Submission submission) {
    long rank = call.spec().rankMicros();
    long deadline = submission.deadlineMicros();
    return submission.serviceClass() == ServiceClass.URGENT
        ? new QueueModel.Call(call.spec().scope(), Math.max(deadline - rank, 0), 0, call.sequence())
        : new QueueModel.Call(call.spec().scope(), deadline, rank, call.sequence());
  }
}
