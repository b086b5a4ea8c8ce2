package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.scheduler.Invocation.Submission;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what {@link Flows} count a function of the records, which tell it of every change: a
 * replica that was restored from them counts as one that has lived through them.
 *
 * <p>In logs of older formats an invocation counts with its rank from its beginning to its end.
 * From {@link Entry#TERMS_FORMAT} on it counts while it, or one that it awaits, has an open call
 * (ADR 33): what listens for a week, or sleeps, is in nobody's way. What is awaited is a part of
 * the work that awaits it, and has no rank of its own.
 */
final class Backlog {
  /** An invocation that nobody awaits, as it is counted, and the open calls of all that it is. */
  private record Work(Submission submission, int calls) {}

  private final Flows flows;

  /** Of those that have open calls; empty where calls do not decide. */
  private final Map<InvocationId, Work> works = new LinkedHashMap<>();

  private boolean countsCalls;

  Backlog(Flows flows) {
    this.flows = flows;
  }

  /** From now on calls decide what counts; what there is, is counted anew, once. */
  void countCalls(Records records) {
    if (countsCalls) {
      return;
    }
    countsCalls = true;
    flows.clear();
    records.calls().forEach(call -> opened(records, call));
  }

  /**
   * The record of an invocation takes the place of an earlier one.
   *
   * @param before null where it is new
   */
  void changed(@Nullable Invocation before, Invocation after) {
    if (countsCalls) {
      follow(after.submission());
      return;
    }
    Submission was = before != null && before.isLive() ? before.submission() : null;
    Submission is = after.isLive() ? after.submission() : null;
    if (!Objects.equals(was, is)) {
      subtract(was);
      add(is);
    }
  }

  /** It may have another class by now, and so another flow. */
  private void follow(Submission is) {
    Work work = works.get(is.id());
    if (work != null && !work.submission.equals(is)) {
      subtract(work.submission);
      add(is);
      works.put(is.id(), new Work(is, work.calls));
    }
  }

  /** There is a record of a call that was not there. */
  void opened(Records records, Call call) {
    if (!countsCalls) {
      return;
    }
    Submission top = top(records, call);
    Work work = works.get(top.id());
    if (work == null) {
      add(top);
      works.put(top.id(), new Work(top, 1));
    } else {
      works.put(top.id(), new Work(work.submission, work.calls + 1));
    }
  }

  /** The record of a call is gone. */
  void ended(Records records, Call call) {
    if (!countsCalls) {
      return;
    }
    InvocationId top = top(records, call).id();
    Work work = works.get(top);
    if (work == null) {
      throw new IllegalStateException(call.id() + " ended, and was never open");
    }
    if (work.calls > 1) {
      works.put(top, new Work(work.submission, work.calls - 1));
    } else {
      works.remove(top);
      subtract(work.submission);
    }
  }

  /** What the work of a call is for: what awaits another one outlives it. */
  private static Submission top(Records records, Call call) {
    Invocation top = records.require(call.id().invocation());
    Invocation above = above(records, top);
    while (above != null) {
      top = above;
      above = above(records, top);
    }
    return top.submission();
  }

  private static @Nullable Invocation above(Records records, Invocation child) {
    Branch.Key key = child.submission().descent().awaitedBy().orElse(null);
    return key == null ? null : records.invocation(key.invocation());
  }

  private void add(@Nullable Submission submission) {
    if (submission != null) {
      flows.add(submission.flow(), submission.rankMicros());
    }
  }

  private void subtract(@Nullable Submission submission) {
    if (submission != null) {
      flows.subtract(submission.flow(), submission.rankMicros());
    }
  }

  /** An answer of the flows as it is without what counts for this invocation, which lives. */
  long without(Invocation invocation, LongSupplier question) {
    if (countsCalls && !works.containsKey(invocation.id())) {
      return question.getAsLong();
    }
    subtract(invocation.submission());
    long answer = question.getAsLong();
    add(invocation.submission());
    return answer;
  }

  /** Whether it counts what another one would that knows nothing but the records. */
  boolean isSound(Records records) {
    Backlog other = new Backlog(flows.emptied());
    if (countsCalls) {
      other.countCalls(records);
    } else {
      records.invocations().forEach(invocation -> other.changed(null, invocation));
    }
    return flows.countsAs(other.flows) && works.equals(other.works);
  }
}
