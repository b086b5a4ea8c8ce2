package io.corale.scheduler.simulated;

import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Policy;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Call;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.OwnerScheduler;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all replicas together have said, and the judge of whether it can be true. */
final class Ledger {
  /** Comparing whole states is dear; a difference does not go away, so some indexes suffice. */
  private static final int COMPARE_EVERY = 4;

  private record Ended(long index, Ending ending) {}

  private final Policy cheapPolicy;
  private final Map<InvocationId, String> programs = new LinkedHashMap<>();
  private final Set<InvocationId> acknowledged = new LinkedHashSet<>();
  private final Set<InvocationId> cancelled = new LinkedHashSet<>();
  private final Map<InvocationId, Ended> endings = new LinkedHashMap<>();
  private final Map<Long, Image> images = new LinkedHashMap<>();
  private final Set<Executor> superpeers = new LinkedHashSet<>();
  private long checkedIndex;

  /**
   * @param cheapPolicy of the account {@link Script#CHEAP}
   */
  Ledger(Policy cheapPolicy) {
    this.cheapPolicy = cheapPolicy;
  }

  void asked(InvocationId id, String program) {
    programs.put(id, program);
  }

  void askedToCancel(InvocationId id) {
    cancelled.add(id);
  }

  /** A peer has promised a caller that this invocation is recorded. */
  void acknowledged(InvocationId id) {
    acknowledged.add(id);
  }

  boolean isAcknowledged(InvocationId id) {
    return acknowledged.contains(id);
  }

  boolean haveAllEnded() {
    return acknowledged.size() == programs.size() && endings.keySet().containsAll(acknowledged);
  }

  /** How many superpeers took the cell over. */
  int superpeers() {
    return superpeers.size();
  }

  int endings() {
    return endings.size();
  }

  /** An entry was applied on some replica; this is its state then. */
  void applied(long index, Applied applied, OwnerScheduler scheduler) {
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Answer answer) {
        requireOneEnding(answer.invocation(), new Ended(index, answer.ending()));
      }
    }
    if (index > checkedIndex) {
      checkedIndex = index;
      scheduler.executor().ifPresent(superpeers::add);
      List<String> broken = scheduler.invariants();
      require(broken.isEmpty(), "at index " + index + ": " + broken);
      requireOrder(applied, scheduler);
    }
    if (index % COMPARE_EVERY == 0) {
      requireSameState(index, scheduler.image());
    }
  }

  /** At one index, in one way, on every replica; and with the output that its program has. */
  private void requireOneEnding(InvocationId id, Ended ended) {
    Ended before = endings.putIfAbsent(id, ended);
    require(before == null || before.equals(ended), id + " ended twice: " + before + ", " + ended);
    String program = programs.getOrDefault(id, "");
    Ending how = ended.ending();
    boolean isRight =
        how instanceof Ending.Completed completed
            ? !Script.faults(program) && completed.output().equals(Script.output(program))
            : how instanceof Ending.Faulted ? Script.faults(program) : cancelled.contains(id);
    require(isRight, id + " = " + program + " ended as " + how);
  }

  /**
   * The order of dispatch is that of the reference model (rule 38): in an account of one scope, no
   * call that started had a better one waiting beside it.
   */
  private void requireOrder(Applied applied, OwnerScheduler scheduler) {
    Set<Object> started = new LinkedHashSet<>();
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Start start && start.call().account().equals(Script.CHEAP)) {
        started.add(start.attempt().call());
      }
    }
    if (started.isEmpty() || cheapPolicy == Policy.LST_BL) {
      return;
    }
    Image image = scheduler.image();
    Map<InvocationId, Long> deadlines = new LinkedHashMap<>();
    for (Invocation invocation : image.invocations()) {
      deadlines.put(invocation.submission().id(), invocation.submission().deadlineMicros());
    }
    Comparator<Call> order =
        cheapPolicy == Policy.FIFO
            ? Comparator.comparingLong(Call::sequence)
            : Comparator.<Call>comparingLong(c -> deadlines.get(c.id().invocation()))
                .thenComparingLong(Call::sequence);
    List<Call> cheap =
        image.calls().stream().filter(c -> c.spec().account().equals(Script.CHEAP)).toList();
    for (Call one : cheap) {
      for (Call other : cheap) {
        boolean isOvertaken =
            started.contains(one.id())
                && other.state() == Call.State.QUEUED
                && order.compare(other, one) < 0;
        require(!isOvertaken, one.id() + " overtook " + other.id());
      }
    }
  }

  private void requireSameState(long index, Image image) {
    Image before = images.putIfAbsent(index, image);
    require(before == null || before.equals(image), "states differ at index " + index);
  }

  /** A read after an acknowledgement was answered (rule 26). */
  void found(InvocationId id, boolean isKnown) {
    require(isKnown || !acknowledged.contains(id), id + " is lost: acknowledged and not found");
  }

  private static void require(boolean holds, String violation) {
    if (!holds) {
      throw new AssertionError(violation);
    }
  }
}
