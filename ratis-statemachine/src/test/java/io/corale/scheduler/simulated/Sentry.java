package io.corale.scheduler.simulated;

import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Call;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Incident;
import io.corale.scheduler.Result;
import io.corale.scheduler.Signal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Watches what waits for a person (ADR 39): it waits until that person has spoken or its branch was
 * ended by others, nobody goes on with it meanwhile, and what is tried again is what failed.
 */
final class Sentry {
  private final Judge judge;
  private Map<Branch.Key, Incident> before = new LinkedHashMap<>();
  private Map<Branch.Key, Branch> branches = new LinkedHashMap<>();
  private final Set<InvocationId> givenUp = new LinkedHashSet<>();

  Sentry(Judge judge) {
    this.judge = judge;
  }

  /** What waits for a person, by the branches that wait. */
  static Map<Branch.Key, Incident> open(Image image) {
    Map<Branch.Key, Incident> open = new LinkedHashMap<>();
    for (Incident incident : image.incidents()) {
      if (incident.stage() == Incident.Stage.OPEN) {
        open.put(key(incident.call()), incident);
      }
    }
    return open;
  }

  private static Branch.Key key(Call call) {
    return new Branch.Key(call.id().invocation(), call.branch());
  }

  /** Whether somebody has given up what failed in an invocation, or in one that it has run. */
  boolean hasGivenUpIn(InvocationId id) {
    return givenUp.stream()
        .anyMatch(each -> each.equals(id) || each.value().startsWith(id.value() + "~"));
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    Map<Branch.Key, Incident> now = open(image);
    Map<Branch.Key, Branch> branchesNow = new LinkedHashMap<>();
    if (!before.isEmpty() || !now.isEmpty()) {
      image.branches().forEach(branch -> branchesNow.put(branch.key(), branch));
      Map<Long, Resolution> resolved = resolved(entry, applied);
      for (Map.Entry<Branch.Key, Incident> each : before.entrySet()) {
        requireKept(each.getValue(), Optional.ofNullable(branchesNow.get(each.getKey())), resolved);
        requireAgain(each.getValue(), resolved, branchesNow, image);
      }
      requireStandstill(applied, now);
    }
    before = now;
    branches = branchesNow;
  }

  private Map<Long, Resolution> resolved(Entry entry, Applied applied) {
    Map<Long, Resolution> resolved = new LinkedHashMap<>();
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Resolve resolve
          && applied.results().get(i) instanceof Result.Done) {
        resolved.put(resolve.incident(), resolve.what());
        if (resolve.what() instanceof Resolution.GiveUp) {
          givenUp.add(resolve.invocation());
        }
      }
    }
    return resolved;
  }

  /** Nobody but that person, a timer, or the end of its branch ends the wait. */
  private void requireKept(
      Incident was, Optional<Branch> branch, Map<Long, Resolution> resolved) {
    boolean isElapsed =
        branch.flatMap(Branch::pending).filter(Signal.Elapsed.class::isInstance).isPresent();
    boolean waits =
        branch.isPresent()
            && branch.get().step() == step(was)
            && branch.get().pending().orElse(null) instanceof Signal.Failed;
    judge.require(
        Check.INCIDENTS,
        branch.isEmpty() || isElapsed || resolved.containsKey(was.number()) || waits,
        () -> was + " is waited for no more, and nobody has said so: " + branch);
  }

  private long step(Incident was) {
    Branch branch = branches.get(key(was.call()));
    return branch == null ? -1 : branch.step();
  }

  /** With the same input it is the same call, with one attempt more at least; else another. */
  private void requireAgain(
      Incident was,
      Map<Long, Resolution> resolved,
      Map<Branch.Key, Branch> branchesNow,
      Image image) {
    if (!(resolved.get(was.number()) instanceof Resolution.Retry retry)
        || !branchesNow.containsKey(key(was.call()))) {
      return;
    }
    Optional<Call> call =
        image.calls().stream().filter(each -> key(each).equals(key(was.call()))).findFirst();
    CallId failed = was.call().id();
    judge.require(
        Check.INCIDENTS,
        call.isEmpty()
            || (retry.arguments().isPresent()
                ? !call.get().id().equals(failed)
                    && call.get().spec().arguments().equals(retry.arguments().get())
                : call.get().id().equals(failed)
                    && call.get().attempt() >= was.call().attempt()
                    && call.get().spec().equals(was.call().spec())),
        () -> was + " is tried again as " + call);
  }

  private void requireStandstill(Applied applied, Map<Branch.Key, Incident> now) {
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Continue next) {
        Branch.Key key = new Branch.Key(next.branch().invocation(), next.branch().branch());
        judge.require(
            Check.INCIDENTS,
            !(now.containsKey(key) && before.containsKey(key)),
            () -> key + " is to go on, and waits for a person: " + now.get(key));
      }
    }
  }
}
