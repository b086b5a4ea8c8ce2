package io.corale.node.cell;

import io.corale.node.cell.Caretaker.Step;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Command;
import io.corale.scheduler.Result;
import io.corale.scheduler.Urgency;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
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
          case AWAIT -> tend(cell, company, member, Door.TendReplica.Wish.AWAIT, step, index);
          case RETURN -> tend(cell, company, member, Door.TendReplica.Wish.RETURN, step, index);
          case ARRIVE -> tend(cell, company, member, Door.TendReplica.Wish.ARRIVE, step, index);
          case LEAVE -> tend(cell, company, member, Door.TendReplica.Wish.LEAVE, step, index);
          case REMOVE -> remove(cell, company, member, view);
          case ADD -> {
            List<RaftPeer> all = new ArrayList<>(view.voters());
            all.add(RaftHost.peer(member));
            yield host.reconfigure(cell.raftGroup(), view, all);
          }
          case HAND_OVER -> cell.transferLeadership(step.node());
          case END ->
              recorded(cell, company, it -> view.hasVoter(it.raftPeer()))
                  .thenCompose(done -> applied(cell.propose(end.get(), Urgency.RESULT)));
          case FORGET ->
              applied(cell.propose(new Command.Cleaned(step.node(), index), Urgency.RESULT));
        };
    return taken.orTimeout(STEP_SECONDS, TimeUnit.SECONDS);
  }

  private CompletableFuture<Void> tend(
      AwakeCell cell,
      Company company,
      BornMember member,
      Door.TendReplica.Wish wish,
      Step step,
      long index) {
    return members
        .tend(
            member,
            Members.wish(cell.file(), company, wish).setToken(step.token()).setConfiguration(index))
        .thenApply(report -> null);
  }

  /** A repair while no move is open needs no registry: the move before has said who is there. */
  private CompletableFuture<Void> remove(
      AwakeCell cell, Company company, BornMember member, GroupView view) {
    CompletableFuture<Void> recorded =
        company.move().isPresent()
            ? recorded(cell, company, it -> view.hasVoter(it.raftPeer()) && !it.equals(member))
            : CompletableFuture.completedFuture(null);
    List<RaftPeer> rest =
        view.voters().stream()
            .filter(peer -> !peer.getId().toString().equals(member.raftPeer()))
            .toList();
    return recorded.thenCompose(done -> host.reconfigure(cell.raftGroup(), view, rest));
  }

  /**
   * Before a member goes, and before a move ends, the birth record names who stays and who has
   * come: it and the group always share one (rule 4). Without the registry that waits.
   */
  private CompletableFuture<Void> recorded(
      AwakeCell cell, Company company, Predicate<BornMember> remains) {
    return births.refresh(cell.file(), company.recorded(remains).stream().map(withDoor).toList());
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
