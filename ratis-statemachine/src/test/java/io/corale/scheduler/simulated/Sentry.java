package io.corale.scheduler.simulated;

import io.corale.model.AttemptId;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Watches what waits for a person (ADR 39): it waits until that person has spoken or its branch was
 * ended by others, nobody goes on with it meanwhile, and what is tried again is what failed.
 */
final class Sentry {
  private final Judge judge;
  private Map<Branch.Key, Incident> before = new LinkedHashMap<>();
  private Map<Branch.Key, Incident> candidates = new LinkedHashMap<>();
  private Map<Branch.Key, Branch> branches = new LinkedHashMap<>();
  private final List<GivenUp> givenUp = new ArrayList<>();

  /** That somebody has given up what failed, at this index of the log. */
  private record GivenUp(InvocationId invocation, long index) {}

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

  /**
   * Whether somebody has given up what failed in an invocation, or in one that it has run, between
   * these indexes: its id may be that of another one before and afterwards.
   */
  boolean hasGivenUpIn(InvocationId id, long begunAt, long endedAt) {
    return givenUp.stream()
        .filter(each -> each.index() > begunAt && each.index() < endedAt)
        .map(each -> each.invocation().value())
        .anyMatch(its -> its.equals(id.value()) || its.startsWith(id.value() + "~"));
  }

  /** An entry was applied; this is the state then. */
  void applied(long index, Entry entry, Applied applied, Image image) {
    Map<Branch.Key, Incident> now = open(image);
    Map<Branch.Key, Branch> branchesNow = new LinkedHashMap<>();
    if (!image.incidents().isEmpty() || !before.isEmpty() || !candidates.isEmpty()) {
      image.branches().forEach(branch -> branchesNow.put(branch.key(), branch));
      Map<Long, Resolution> resolved = resolved(index, entry, applied);
      for (Incident was : before.values()) {
        requireKept(was, now, branchesNow, resolved);
        requireAgain(was, resolved, branchesNow, image);
      }
      requireStandstill(applied.effects(), now, before);
      requireOpened(entry, applied, now);
    }
    before = now;
    branches = branchesNow;
    candidates = candidates(image);
  }

  /** Somebody leads the cell anew, and asks what is to be gone on with. */
  static void requireStandstill(Judge judge, List<Effect> resumed, Image image) {
    Map<Branch.Key, Incident> open = open(image);
    new Sentry(judge).requireStandstill(resumed, open, open);
  }

  private static Map<Branch.Key, Incident> candidates(Image image) {
    Map<Branch.Key, Incident> found = new LinkedHashMap<>();
    for (Incident incident : image.incidents()) {
      if (incident.stage() == Incident.Stage.CANDIDATE) {
        found.put(key(incident.call()), incident);
      }
    }
    return found;
  }

  private Map<Long, Resolution> resolved(long index, Entry entry, Applied applied) {
    Map<Long, Resolution> resolved = new LinkedHashMap<>();
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Resolve resolve
          && applied.results().get(i) instanceof Result.Done) {
        resolved.put(resolve.incident(), resolve.what());
        if (resolve.what() instanceof Resolution.GiveUp) {
          givenUp.add(new GivenUp(resolve.invocation(), index));
        }
      }
    }
    return resolved;
  }

  /** What nothing catches waits; in an entry with others they may have ended its branch. */
  private void requireOpened(Entry entry, Applied applied, Map<Branch.Key, Incident> now) {
    if (entry.commands().size() != 1
        || !(applied.results().get(0) instanceof Result.Done)
        || !(entry.commands().get(0) instanceof Command.Advance advance)
        || !advance.transition().isUncaught()) {
      return;
    }
    Branch.Key key =
        new Branch.Key(advance.invocation(), advance.transition().guards().get(0).branch());
    Incident candidate = candidates.get(key);
    if (candidate != null) {
      judge.require(
          Check.INCIDENTS,
          now.containsKey(key) && now.get(key).number() == candidate.number(),
          () -> candidate + " is to wait, and does not");
    }
  }

  /** Nobody but that person, a timer, or the end of its branch ends the wait. */
  private void requireKept(
      Incident was,
      Map<Branch.Key, Incident> now,
      Map<Branch.Key, Branch> branchesNow,
      Map<Long, Resolution> resolved) {
    Branch.Key key = key(was.call());
    Branch branch = branchesNow.get(key);
    boolean isElapsed =
        branch != null
            && branch.step() > step(key)
            && branch.pending().orElse(null) instanceof Signal.Elapsed;
    boolean waits =
        now.containsKey(key)
            && now.get(key).number() == was.number()
            && branch != null
            && branch.step() == step(key)
            && branch.pending().orElse(null) instanceof Signal.Failed;
    judge.require(
        Check.INCIDENTS,
        branch == null || isElapsed || resolved.containsKey(was.number()) || waits,
        () -> was + " is waited for no more, and nobody has said so: " + branch);
  }

  private long step(Branch.Key key) {
    Branch branch = branches.get(key);
    return branch == null ? -1 : branch.step();
  }

  /**
   * With the same input it is the same call, no attempt that it had counts any more, and it waits
   * for the last one if that may run still; else it is another one. None is there only where a
   * timer has ended it at once.
   */
  private void requireAgain(
      Incident was,
      Map<Long, Resolution> resolved,
      Map<Branch.Key, Branch> branchesNow,
      Image image) {
    Branch branch = branchesNow.get(key(was.call()));
    if (!(resolved.get(was.number()) instanceof Resolution.Retry retry) || branch == null) {
      return;
    }
    Optional<Call> call =
        image.calls().stream().filter(each -> key(each).equals(key(was.call()))).findFirst();
    boolean isElapsed = branch.pending().orElse(null) instanceof Signal.Elapsed;
    judge.require(
        Check.INCIDENTS,
        call.map(its -> isAgain(its, was.call(), retry, image)).orElse(isElapsed),
        () -> was + " is tried again as " + call);
  }

  private static boolean isAgain(Call call, Call failed, Resolution.Retry retry, Image image) {
    if (retry.arguments().isPresent()) {
      return !call.id().equals(failed.id())
          && call.spec().arguments().equals(retry.arguments().get());
    }
    return call.id().equals(failed.id())
        && call.attempt() >= failed.attempt()
        && call.base() == failed.attempt()
        && call.tried() == 0
        && call.excused() == 0
        && call.spec().equals(failed.spec())
        && (call.state() == Call.State.FENCED || !mayRun(failed, image));
  }

  /** Whether the last attempt of what has failed may run still. */
  private static boolean mayRun(Call failed, Image image) {
    AttemptId last = new AttemptId(failed.id(), failed.attempt());
    return image.slots().stream().anyMatch(slot -> slot.attempt().equals(last));
  }

  private void requireStandstill(
      List<Effect> effects, Map<Branch.Key, Incident> now, Map<Branch.Key, Incident> then) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Continue next && !now.isEmpty()) {
        Branch.Key key = new Branch.Key(next.branch().invocation(), next.branch().branch());
        judge.require(
            Check.INCIDENTS,
            !(now.containsKey(key) && then.containsKey(key)),
            () -> key + " is to go on, and waits for a person: " + now.get(key));
      }
    }
  }
}
