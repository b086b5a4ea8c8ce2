package io.corale.node.cell;

import io.corale.model.NodeId;
import io.corale.node.registry.BornMember;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The members of a cell as far as this node knows: those of its birth that the group's
 * configuration names; all of them, until that is known. An administrator may remove some.
 *
 * <p>Written on the cell's thread, read from any.
 */
final class Roster {
  private final List<BornMember> born;
  private volatile List<BornMember> members;

  Roster(List<BornMember> born) {
    this.born = born;
    this.members = born;
  }

  List<BornMember> members() {
    return members;
  }

  Set<NodeId> nodes() {
    return members.stream().map(m -> m.incarnation().node()).collect(Collectors.toSet());
  }

  Optional<BornMember> member(NodeId node) {
    return members.stream().filter(member -> member.incarnation().node().equals(node)).findFirst();
  }

  /** The node of this Raft peer, where it is a member. */
  Optional<NodeId> nodeOf(String raftPeer) {
    return members.stream()
        .filter(member -> member.raftPeer().equals(raftPeer))
        .map(member -> member.incarnation().node())
        .findFirst();
  }

  /** The group's configuration names these Raft peers; says whether that changed anything. */
  boolean configured(Set<String> peers) {
    List<BornMember> now =
        born.stream().filter(member -> peers.contains(member.raftPeer())).toList();
    if (now.isEmpty() || now.equals(members)) {
      return false;
    }
    members = now;
    return true;
  }
}
