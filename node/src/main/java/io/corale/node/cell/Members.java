package io.corale.node.cell;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.cell.Caretaker.Has;
import io.corale.node.cell.Caretaker.Member;
import io.corale.node.cell.Caretaker.Word;
import io.corale.node.registry.Birth;
import io.corale.node.registry.BornMember;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks those who belong to a cell, by the doors of their nodes, what they have of it, and to do
 * something about it. Thread-safe and without state; never blocks.
 */
final class Members {
  /** Behind by so much a member still counts as current: a moment's work. */
  private static final long MOST_LAG = 1_000;

  private final NodeId self;
  private final Overlay overlay;
  private final Builds builds;
  private final ReplicaTender tender;
  private final long silentMillis;

  /**
   * @param silentMillis of which no answer to Raft is older, from one who is there
   */
  Members(NodeId self, Overlay overlay, ReplicaTender tender, long silentMillis) {
    this.self = self;
    this.overlay = overlay;
    this.builds = new Builds(overlay);
    this.tender = tender;
    this.silentMillis = silentMillis;
  }

  /** All but this node. */
  List<BornMember> others(List<BornMember> all) {
    return all.stream().filter(it -> !it.incarnation().node().equals(self)).toList();
  }

  boolean isHeard(BornMember member, GroupView view) {
    return view.follower(member.raftPeer())
        .filter(follower -> follower.silentMillis() < silentMillis)
        .isPresent();
  }

  /** Whether a build is there that could hold a replica of this format. */
  boolean isThere(BornMember member, int format) {
    return nodeOf(member).filter(it -> builds.reads(it.raftPeer(), format)).isPresent();
  }

  /**
   * All who are alive are asked, also those who answer Raft: they may not be back themselves. Of
   * one whose build cannot read what is active nobody brings a replica back: it would stop at its
   * first entry (rule 36).
   */
  CompletableFuture<List<Member>> ask(AwakeCell cell, Company company, GroupView view) {
    List<CompletableFuture<Member>> all = new ArrayList<>();
    company
        .roles()
        .forEach(
            (member, role) -> {
              if (!member.incarnation().node().equals(self)) {
                all.add(
                    ask(cell, company, member)
                        .thenApply(
                            word ->
                                new Member(
                                    member.incarnation(),
                                    role,
                                    view.hasVoter(member.raftPeer()),
                                    isCurrent(member, view),
                                    word)));
              }
            });
    return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
  }

  private CompletableFuture<Optional<Word>> ask(
      AwakeCell cell, Company company, BornMember member) {
    if (!isThere(member, cell.activeFormat())) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return tend(member, wish(cell.file(), company, Door.TendReplica.Wish.LOOK))
        .handle((report, failure) -> Optional.ofNullable(report).map(Members::word));
  }

  private boolean isCurrent(BornMember member, GroupView view) {
    return isHeard(member, view)
        && view.follower(member.raftPeer()).filter(f -> f.lag() < MOST_LAG).isPresent();
  }

  /** What a member has said. */
  static Word word(Door.ReplicaReport report) {
    Has has =
        switch (report.getState()) {
          case NONE -> Has.NOTHING;
          case LOST -> Has.LOST;
          case AWAITED -> Has.AWAITED;
          case RETURNING -> Has.RETURNING;
          case ARRIVING -> Has.ARRIVING;
          case HELD -> Has.HELD;
          case LEFT -> Has.LEFT;
          case OTHER, UNRECOGNIZED -> Has.OTHER;
        };
    Incarnation life =
        new Incarnation(
            new NodeId(report.getIncarnation().getNode()), report.getIncarnation().getBoot());
    return new Word(has, life, report.getToken(), report.getDue());
  }

  /** The node at the address that the group's configuration has, or had, for this member. */
  private Optional<NodeView> nodeOf(BornMember member) {
    return overlay.nodes().stream()
        .filter(node -> node.state() == NodeView.State.ALIVE)
        .filter(node -> node.incarnation().node().equals(member.incarnation().node()))
        .filter(node -> node.raftPeer().equals(member.raftPeer()))
        .findFirst();
  }

  /** What a member is asked, of a replica among all who belong to the cell or are about to. */
  static Door.TendReplica.Builder wish(CellFile file, Company company, Door.TendReplica.Wish wish) {
    Birth birth = new Birth(Birth.State.OPEN, file.epoch(), file.nonce(), company.all());
    return Door.TendReplica.newBuilder()
        .setReplica(Births.request(file.cell(), birth))
        .setWish(wish);
  }

  CompletableFuture<Door.ReplicaReport> tend(BornMember member, Door.TendReplica.Builder wish) {
    return nodeOf(member)
        .map(node -> tender.tend(node, wish.build()))
        .orElseGet(
            () -> CompletableFuture.failedFuture(new IllegalStateException(member + " is away")));
  }
}
