package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Slot;
import io.corale.scheduler.Waiting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/** What the state would be after an entry, were a {@link Planted} bug in what became of it. */
final class Corruption {
  private final Planted bug;

  Corruption(Planted bug) {
    this.bug = bug;
  }

  boolean corrupts() {
    return switch (bug) {
      case DESCENDANTS_LIVE_ON, RECEIPT_EVICTED, LOSERS_LIVE_ON, SIBLINGS_LIVE_ON, LATE_LIVES_ON ->
          true;
      default -> false;
    };
  }

  /** Empty where the bug changes nothing. */
  Optional<Image> corrupted(Image before, Image after, int receiptsKept) {
    return switch (bug) {
      case DESCENDANTS_LIVE_ON -> branchesLiveOn(before, after);
      case RECEIPT_EVICTED -> oldestForgotten(after, receiptsKept);
      case LOSERS_LIVE_ON ->
          childrenLiveOn(
              before,
              after,
              (was, signal) ->
                  was.waiting().children().isRace() && signal instanceof Signal.Joined);
      case SIBLINGS_LIVE_ON ->
          childrenLiveOn(before, after, (was, signal) -> signal instanceof Signal.Failed);
      case LATE_LIVES_ON ->
          childrenLiveOn(before, after, (was, signal) -> signal instanceof Signal.Elapsed);
      default -> Optional.empty();
    };
  }

  private static Optional<Image> branchesLiveOn(Image before, Image after) {
    Set<InvocationId> ended = new LinkedHashSet<>();
    for (Invocation invocation : after.invocations()) {
      if (invocation.ended().isPresent()) {
        ended.add(invocation.submission().id());
      }
    }
    List<Branch> branches = new ArrayList<>(after.branches());
    for (Branch branch : before.branches()) {
      if (branch.key().number() > 0 && ended.contains(branch.key().invocation())) {
        branches.add(branch);
      }
    }
    return withBranches(after, branches);
  }

  /** Children that are gone come back, where their parent has got such a signal. */
  private static Optional<Image> childrenLiveOn(
      Image before, Image after, BiPredicate<Branch, Signal> isAmiss) {
    Map<Branch.Key, Branch> was = byKey(before);
    Map<Branch.Key, Branch> now = byKey(after);
    List<Branch> branches = new ArrayList<>(after.branches());
    for (Branch child : before.branches()) {
      Branch.Key parent = new Branch.Key(child.key().invocation(), child.parent());
      boolean isGone = child.output().isEmpty() && !now.containsKey(child.key());
      if (isGone
          && now.containsKey(parent)
          && now.get(parent).pending().filter(s -> isAmiss.test(was.get(parent), s)).isPresent()) {
        branches.add(child);
      }
    }
    return withBranches(after, branches);
  }

  private static Map<Branch.Key, Branch> byKey(Image image) {
    Map<Branch.Key, Branch> branches = new LinkedHashMap<>();
    image.branches().forEach(branch -> branches.put(branch.key(), branch));
    return branches;
  }

  private static Optional<Image> withBranches(Image after, List<Branch> branches) {
    return branches.size() == after.branches().size()
        ? Optional.empty()
        : Optional.of(with(after, after.invocations(), branches, after.slots()));
  }

  private static Optional<Image> oldestForgotten(Image after, int receiptsKept) {
    List<Invocation> ended =
        after.invocations().stream().filter(i -> i.ended().isPresent()).toList();
    if (ended.size() < receiptsKept) {
      return Optional.empty();
    }
    List<Invocation> kept = new ArrayList<>(after.invocations());
    kept.remove(ended.get(0));
    return Optional.of(with(after, kept, after.branches(), after.slots()));
  }

  static Image withoutTimers(Image image) {
    List<Branch> branches = new ArrayList<>();
    for (Branch branch : image.branches()) {
      Waiting waiting = branch.waiting();
      branches.add(
          new Branch(
              branch.key(),
              branch.parent(),
              branch.elder(),
              branch.step(),
              branch.state(),
              new Waiting(
                  waiting.call(), waiting.run(), waiting.children(), List.of(), waiting.pending()),
              branch.output()));
    }
    return with(image, image.invocations(), branches, image.slots());
  }

  static Image with(
      Image image, List<Invocation> invocations, List<Branch> branches, List<Slot> slots) {
    return new Image(
        image.header(),
        image.definitions(),
        image.accounts(),
        image.estimates(),
        invocations,
        branches,
        image.calls(),
        slots);
  }
}
