package io.corale.scheduler;

import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks for what must never be of branches, their children, lists and timers. */
final class BranchInvariants {
  private final Records records;
  private final Alarms alarms;
  private final List<String> broken = new ArrayList<>();

  BranchInvariants(Records records, Alarms alarms) {
    this.records = records;
    this.alarms = alarms;
  }

  List<String> broken() {
    records.branches().forEach(this::check);
    records.invocations().forEach(this::checkAwaited);
    checkNumbers();
    return broken;
  }

  private void check(Branch branch) {
    Invocation invocation = records.invocation(branch.key().invocation());
    check(invocation != null && invocation.isLive(), branch, "outlived its invocation");
    check(branch.hasEnded() != branch.waits(), branch, "waits for nothing, or beyond its end");
    Waiting waiting = branch.waiting();
    boolean isCalling = branch.call() > 0;
    boolean hasOpen = branch.children().open() > 0;
    check(
        !isCalling || records.call(new CallId(branch.key().invocation(), branch.call())) != null,
        branch,
        "waits for a call that is gone");
    boolean isHearing = waiting.ears().isHearing();
    check(!(isCalling && hasOpen), branch, "waits for a call and for children");
    checkRun(branch);
    check(!isHearing || (!isCalling && !hasOpen), branch, "waits to hear and for more");
    check(
        waiting.pending().isEmpty() || (!isCalling && !hasOpen && !isHearing),
        branch,
        "has a signal and waits for more");
    checkParent(branch);
    checkChildren(branch);
    checkTimers(branch);
  }

  /** Rule 21: what is awaited lives, and knows by whom it is. */
  private void checkRun(Branch branch) {
    if (branch.run() == 0) {
      return;
    }
    Invocation run = records.invocation(branch.key().invocation().run(branch.run()));
    check(run != null && run.isLive(), branch, "awaits an invocation that does not live");
    check(
        run != null && run.submission().descent().awaitedBy().equals(Optional.of(branch.key())),
        branch,
        "awaits an invocation that does not know of it");
    check(
        branch.call() == 0 && branch.children().open() == 0 && branch.pending().isEmpty(),
        branch,
        "awaits an invocation and waits for more");
  }

  /** Rule 21: nothing that was awaited outlives what waited for it. */
  private void checkAwaited(Invocation invocation) {
    Optional<Branch.Key> waiter = invocation.submission().descent().awaitedBy();
    if (invocation.isLive() && waiter.isPresent()) {
      Branch branch = records.branch(waiter.get());
      boolean waits =
          branch != null
              && branch.run() > 0
              && waiter.get().invocation().run(branch.run()).equals(invocation.id());
      if (!waits) {
        broken.add(invocation.id() + " is awaited by nobody any more");
      }
    }
  }

  private void checkParent(Branch branch) {
    Branch parent =
        branch.parent() == Branch.NONE
            ? null
            : records.branch(new Branch.Key(branch.key().invocation(), branch.parent()));
    check(
        branch.number() == 0 || (parent != null && parent.children().last() >= branch.number()),
        branch,
        "is nobody's child");
  }

  private void checkChildren(Branch branch) {
    Children counted = branch.children();
    List<Branch> children = records.children(branch);
    long open = children.stream().filter(child -> !child.hasEnded()).count();
    check(open == counted.open(), branch, "counts its open children wrongly");
    check(open > 0 || children.isEmpty(), branch, "keeps children though none of them is open");
    check(!counted.isRace() || open == children.size(), branch, "races though a child has ended");
    counted.spread().ifPresent(list -> checkSpread(branch, list, children));
  }

  /** Rule 20: at any index as many items are under way as may be, in the order of the list. */
  private void checkSpread(Branch branch, Spread list, List<Branch> children) {
    int open = branch.children().open();
    check(open > 0, branch, "keeps a list though it is through with it");
    check(open <= list.parallelism(), branch, "has more items under way than it may");
    check(
        open == list.parallelism() || !list.hasMore(),
        branch,
        "has less items under way than it may");
    check(children.size() == list.opened(), branch, "has lost an item");
    long outputBytes =
        children.stream()
            .map(Branch::output)
            .flatMap(Optional::stream)
            .mapToLong(Payload::sizeBytes)
            .sum();
    check(outputBytes == list.outputBytes(), branch, "counts the outputs of its items wrongly");
    check(outputBytes <= Family.mostBytes(records.texts()), branch, "gathers too much");
  }

  private void checkTimers(Branch branch) {
    int before = -1;
    for (Waiting.Timer timer : branch.waiting().timers()) {
      check(timer.number() > before, branch, "has timers out of order");
      check(alarms.has(branch.key(), timer), branch, "has a timer that nobody minds");
      before = timer.number();
    }
    check(
        !(branch.pending().orElse(null) instanceof Signal.Elapsed elapsed)
            || before < elapsed.timer(),
        branch,
        "has a timer set inside the one that has gone off");
  }

  private void checkNumbers() {
    Map<InvocationId, Integer> branches = new LinkedHashMap<>();
    for (Branch branch : records.branches()) {
      branches.merge(branch.key().invocation(), 1, Integer::sum);
      check(
          branch.number() < records.require(branch.key().invocation()).counts().nextBranch(),
          branch,
          "has a number that is still to be given");
    }
    for (Invocation invocation : records.invocations()) {
      if (branches.getOrDefault(invocation.id(), 0) != invocation.counts().branches()) {
        broken.add(invocation.id() + " counts its branches wrongly");
      }
    }
  }

  private void check(boolean holds, Branch branch, String violation) {
    if (!holds) {
      broken.add(branch.key() + " " + violation);
    }
  }
}
