package io.corale.node.cell;

import io.corale.node.cell.Caretaker.Has;
import io.corale.node.cell.Caretaker.Step;
import io.corale.node.cell.Caretaker.What;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Command;
import io.corale.scheduler.Result;
import io.corale.scheduler.Urgency;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.ratis.protocol.RaftPeer;

/**
 * Takes the steps that bring members of a cell back, in and out. Each may be taken twice. Without
 * state; never blocks.
 */
final class RepairSteps {
  /** A configuration that is not committed by then is looked at anew, and may still be. */
  private static final long STEP_SECONDS = 120;

  private final RaftHost host;
  private final Members members;
  private final Births births;
  private final UnaryOperator<BornMember> withDoor;

  /**
   * @param withDoor says where a member takes requests, if anybody knows
   */
  RepairSteps(RaftHost host, Members members, Births births, UnaryOperator<BornMember> withDoor) {
    this.host = host;
    this.members = members;
    this.births = births;
    this.withDoor = withDoor;
  }

  /**
   * Takes one; fails where it could not be, or may not have been.
   *
   * @param view of the group, later than what the step was chosen by
   * @param index up to which no configuration has the member, where the view is without it
   * @param end how the open move ends
   */
  CompletableFuture<Void> take(
      AwakeCell cell,
      Company company,
      Step step,
      GroupView view,
      long index,
      Supplier<Command.Relocated> end) {
    BornMember member = company.find(step.node()).orElseThrow();
    CompletableFuture<Void> taken =
        switch (step.what()) {
          case AWAIT, RETURN, ARRIVE, LEAVE -> tend(cell, company, member, step, index);
          case REMOVE ->
              host.reconfigure(
                  cell.raftGroup(),
                  view,
                  view.voters().stream()
                      .filter(peer -> !peer.getId().toString().equals(member.raftPeer()))
                      .toList());
          case ADD -> {
            List<RaftPeer> all = new ArrayList<>(view.voters());
            all.add(RaftHost.peer(member));
            yield host.reconfigure(cell.raftGroup(), view, all);
          }
          case HAND_OVER -> cell.transferLeadership(step.node());
          case END -> applied(cell.propose(end.get(), Urgency.RESULT));
          case FORGET ->
              applied(cell.propose(new Command.Cleaned(step.node(), index), Urgency.RESULT));
        };
    return taken.orTimeout(STEP_SECONDS, TimeUnit.SECONDS);
  }

  private CompletableFuture<Void> tend(
      AwakeCell cell, Company company, BornMember member, Step step, long index) {
    Door.TendReplica.Wish wish =
        switch (step.what()) {
          case AWAIT -> Door.TendReplica.Wish.AWAIT;
          case RETURN -> Door.TendReplica.Wish.RETURN;
          case ARRIVE -> Door.TendReplica.Wish.ARRIVE;
          case LEAVE -> Door.TendReplica.Wish.LEAVE;
          case REMOVE, ADD, HAND_OVER, END, FORGET ->
              throw new IllegalArgumentException(step + " is not the member's");
        };
    return members
        .tend(
            member,
            Members.wish(cell.file(), company, wish).setToken(step.token()).setConfiguration(index))
        .thenAccept(report -> requireDone(step, Members.word(report).has()));
  }

  /** Else the same would be wished again at once, and for ever. */
  private static void requireDone(Step step, Has has) {
    boolean isDone =
        switch (step.what()) {
          case AWAIT -> has == Has.AWAITED;
          case RETURN -> has == Has.RETURNING || has == Has.HELD;
          case ARRIVE -> has == Has.ARRIVING || has == Has.HELD;
          case LEAVE -> has == Has.LEFT;
          case REMOVE, ADD, HAND_OVER, END, FORGET -> true;
        };
    if (!isDone) {
      throw new IllegalStateException(step + " was of no effect: it has " + has);
    }
  }

  /**
   * Before a member goes for good, and before a move ends, the birth record names who stays and who
   * has come: it and the group always share one (rule 4). Without the registry that waits; a repair
   * while no move is open needs none, for the move before has said who is there. To be asked before
   * the barrier: what follows that must not wait for others.
   */
  CompletableFuture<Void> prepare(AwakeCell cell, Company company, Step step, GroupView view) {
    boolean isRecorded =
        company.move().isPresent() && (step.what() == What.REMOVE || step.what() == What.END);
    if (!isRecorded) {
      return CompletableFuture.completedFuture(null);
    }
    boolean isRemoved = step.what() == What.REMOVE;
    List<BornMember> remaining =
        company.recorded(
            it ->
                view.hasVoter(it.raftPeer())
                    && !(isRemoved && it.incarnation().node().equals(step.node())));
    return births
        .refresh(cell.file(), remaining.stream().map(withDoor).toList())
        .orTimeout(STEP_SECONDS, TimeUnit.SECONDS);
  }

  /** Fails where a command was not carried out, or may not have been. */
  static CompletableFuture<Void> applied(CompletableFuture<Reply> reply) {
    return reply.thenAccept(
        said -> {
          if (!(said instanceof Reply.Applied done) || done.result() instanceof Result.Refused) {
            throw new IllegalStateException("not applied: " + said);
          }
        });
  }
}
