package io.corale.scheduler.wire;

import io.corale.model.Incarnation;
import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Relocated.End;
import io.corale.scheduler.Membership;
import io.corale.scheduler.Membership.Former;
import io.corale.scheduler.Membership.Move;
import io.corale.wire.Common;
import io.corale.wire.Log;
import io.corale.wire.Snapshots;
import java.util.Optional;

/** Translates who the members of a cell are, and the moves that change them (ADR 41). */
final class MembershipRecords {
  /** Tags and numbers of one member. */
  private static final int MEMBER_BYTES = 32;

  private MembershipRecords() {}

  /** No less than a command about members takes in an entry. */
  static int sizeBytes(Command.Relocation relocation) {
    if (relocation instanceof Command.Relocate relocate) {
      return CommandSize.MESSAGE_BYTES
          + CommandSize.text(relocate.token())
          + relocate.before().stream().mapToInt(MembershipRecords::sizeBytes).sum()
          + relocate.add().stream().mapToInt(MembershipRecords::sizeBytes).sum()
          + relocate.remove().map(node -> CommandSize.text(node.value())).orElse(0);
    }
    return CommandSize.MESSAGE_BYTES
        + (relocation instanceof Command.Relocated relocated
            ? CommandSize.text(relocated.token())
            : CommandSize.text(((Command.Cleaned) relocation).node().value()));
  }

  private static int sizeBytes(Member member) {
    return MEMBER_BYTES
        + CommandSize.text(member.node().value())
        + CommandSize.text(member.raftPeer())
        + CommandSize.text(member.raftAddress());
  }

  static Log.Relocate write(Command.Relocate relocate) {
    Log.Relocate.Builder wire =
        Log.Relocate.newBuilder()
            .setToken(relocate.token())
            .setRemove(relocate.remove().map(NodeId::value).orElse(""));
    relocate.before().forEach(member -> wire.addBefore(write(member)));
    relocate.add().forEach(member -> wire.addAdd(write(member)));
    return wire.build();
  }

  static Command.Relocate read(Log.Relocate wire) {
    return new Command.Relocate(
        wire.getToken(),
        wire.getBeforeList().stream().map(MembershipRecords::read).toList(),
        wire.getAddList().stream().map(MembershipRecords::read).toList(),
        Words.optional(wire.getRemove()).map(NodeId::new));
  }

  static Log.Relocated write(Command.Relocated relocated) {
    return Log.Relocated.newBuilder()
        .setToken(relocated.token())
        .setEnd(
            switch (relocated.end()) {
              case DONE -> Log.Relocated.End.DONE;
              case UNDONE -> Log.Relocated.End.UNDONE;
            })
        .setConfiguration(relocated.configuration())
        .build();
  }

  static Command.Relocated read(Log.Relocated wire) {
    End end =
        switch (wire.getEnd()) {
          case DONE -> End.DONE;
          case UNDONE -> End.UNDONE;
          case END_UNSPECIFIED, UNRECOGNIZED ->
              throw new UnknownFormat("unknown end of a move: " + wire.getEndValue());
        };
    return new Command.Relocated(wire.getToken(), end, wire.getConfiguration());
  }

  static Log.Cleaned write(Command.Cleaned cleaned) {
    return Log.Cleaned.newBuilder()
        .setNode(cleaned.node().value())
        .setConfiguration(cleaned.configuration())
        .build();
  }

  static Command.Cleaned read(Log.Cleaned wire) {
    return new Command.Cleaned(new NodeId(wire.getNode()), wire.getConfiguration());
  }

  static Snapshots.Membership write(Membership membership) {
    Snapshots.Membership.Builder wire =
        Snapshots.Membership.newBuilder().setLastToken(membership.lastToken());
    membership.members().forEach(member -> wire.addMembers(write(member)));
    membership.move().ifPresent(move -> wire.setMove(write(move)));
    for (Former former : membership.former()) {
      wire.addFormer(
          Snapshots.Membership.Former.newBuilder()
              .setMember(write(former.member()))
              .setConfiguration(former.configuration()));
    }
    return wire.build();
  }

  private static Snapshots.Membership.Move write(Move move) {
    Snapshots.Membership.Move.Builder wire =
        Snapshots.Membership.Move.newBuilder()
            .setToken(move.token())
            .setRemove(move.remove().map(NodeId::value).orElse(""))
            .setSinceMicros(move.sinceMicros());
    move.add().forEach(member -> wire.addAdd(write(member)));
    return wire.build();
  }

  static Membership read(Snapshots.Membership wire) {
    return new Membership(
        wire.getMembersList().stream().map(MembershipRecords::read).toList(),
        wire.hasMove() ? Optional.of(read(wire.getMove())) : Optional.empty(),
        wire.getFormerList().stream()
            .map(its -> new Former(read(its.getMember()), its.getConfiguration()))
            .toList(),
        wire.getLastToken());
  }

  private static Move read(Snapshots.Membership.Move wire) {
    return new Move(
        wire.getToken(),
        wire.getAddList().stream().map(MembershipRecords::read).toList(),
        Words.optional(wire.getRemove()).map(NodeId::new),
        wire.getSinceMicros());
  }

  private static Log.Member write(Member member) {
    return Log.Member.newBuilder()
        .setLife(
            Common.Incarnation.newBuilder()
                .setNode(member.node().value())
                .setBoot(member.life().boot()))
        .setRaftPeer(member.raftPeer())
        .setRaftAddress(member.raftAddress())
        .build();
  }

  private static Member read(Log.Member wire) {
    Common.Incarnation life = wire.getLife();
    return new Member(
        new Incarnation(new NodeId(life.getNode()), life.getBoot()),
        wire.getRaftPeer(),
        wire.getRaftAddress());
  }
}
