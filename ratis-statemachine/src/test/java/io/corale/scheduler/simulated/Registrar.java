package io.corale.scheduler.simulated;

import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.model.Refusal;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Relocated.End;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Membership;
import io.corale.scheduler.Membership.Former;
import io.corale.scheduler.Membership.Move;
import io.corale.scheduler.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps a register of the members of a cell by what its log says (ADR 41): one move is open at a
 * time, none is lost whoever leads, and who the members are is what the moves say that have ended.
 */
final class Registrar {
  private static final int MOST = 7;
  private static final int MOST_FORMER = 16;

  private final Judge judge;
  private Map<NodeId, Member> members = new TreeMap<>();
  private final Map<NodeId, Former> former = new LinkedHashMap<>();
  private Optional<Command.Relocate> open = Optional.empty();
  private long openedMicros;
  private String ended = "";

  Registrar(Judge judge) {
    this.judge = judge;
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Relocation relocation) {
        Result result = applied.results().get(i);
        boolean isUnopened =
            result instanceof Result.Refused refused
                && refused.refusal().code() == Refusal.Code.UNAVAILABLE
                && members.isEmpty();
        Class<? extends Result> expected =
            isUnopened ? Result.Refused.class : register(relocation, applied.cellTimeMicros());
        judge.require(
            Check.MEMBERS,
            expected.isInstance(result),
            () -> relocation + " is " + expected.getSimpleName() + ", and was told " + result);
      }
    }
    if (!members.isEmpty()) {
      judge.require(
          Check.MEMBERS,
          membership().equals(image.header().membership()),
          () -> membership() + " is registered, it is " + image.header().membership());
    }
  }

  private Membership membership() {
    return new Membership(
        List.copyOf(members.values()),
        open.map(its -> new Move(its.token(), its.add(), its.remove(), openedMicros)),
        List.copyOf(former.values()),
        ended);
  }

  private Class<? extends Result> register(Command.Relocation relocation, long nowMicros) {
    if (relocation instanceof Command.Relocate relocate) {
      return register(relocate, nowMicros);
    }
    return relocation instanceof Command.Relocated relocated
        ? register(relocated)
        : register((Command.Cleaned) relocation);
  }

  private Class<? extends Result> register(Command.Relocate relocate, long nowMicros) {
    if (open.isPresent()) {
      return open.get().equals(relocate) ? Result.Done.class : Result.Refused.class;
    }
    Map<NodeId, Member> before = byNode(relocate.before());
    boolean isKnown = members.isEmpty() || members.equals(before);
    if (!isKnown || relocate.token().equals(ended) || !isSensible(relocate, before)) {
      return Result.Refused.class;
    }
    members = before;
    open = Optional.of(relocate);
    openedMicros = nowMicros;
    return Result.Done.class;
  }

  private static Map<NodeId, Member> byNode(List<Member> members) {
    Map<NodeId, Member> byNode = new TreeMap<>();
    members.forEach(member -> byNode.put(member.life().node(), member));
    return byNode;
  }

  private static boolean isSensible(Command.Relocate relocate, Map<NodeId, Member> before) {
    List<String> peers = new ArrayList<>();
    before.values().forEach(member -> peers.add(member.raftPeer()));
    boolean isNew =
        relocate.add().stream()
            .noneMatch(
                each -> before.containsKey(each.life().node()) || peers.contains(each.raftPeer()));
    int left = relocate.remove().isPresent() ? 1 : 0;
    int come = relocate.add().size();
    int after = before.size() + come - left;
    return isNew
        && (left > 0 || come > 0)
        && relocate.remove().map(before::containsKey).orElse(true)
        && after > 0
        && after <= MOST;
  }

  private Class<? extends Result> register(Command.Relocated relocated) {
    if (open.isEmpty() || !open.get().token().equals(relocated.token())) {
      return Result.Stale.class;
    }
    Command.Relocate move = open.get();
    open = Optional.empty();
    ended = move.token();
    if (relocated.end() == End.UNDONE) {
      move.add().forEach(each -> leaves(each, relocated.configuration()));
      return Result.Done.class;
    }
    for (Member each : move.add()) {
      former.remove(each.life().node());
      members.put(each.life().node(), each);
    }
    move.remove().map(members::remove).ifPresent(it -> leaves(it, relocated.configuration()));
    return Result.Done.class;
  }

  private void leaves(Member member, long configuration) {
    Former earlier = former.remove(member.life().node());
    long latest = earlier == null ? 0 : earlier.configuration();
    former.put(member.life().node(), new Former(member, Math.max(latest, configuration)));
    if (former.size() > MOST_FORMER) {
      former.remove(former.keySet().iterator().next());
    }
  }

  private Class<? extends Result> register(Command.Cleaned cleaned) {
    Former left = former.get(cleaned.node());
    if (left != null && left.configuration() > cleaned.configuration()) {
      return Result.Stale.class;
    }
    former.remove(cleaned.node());
    return Result.Done.class;
  }
}
