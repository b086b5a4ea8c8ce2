package io.corale.node.cell;

import io.corale.model.NodeId;
import io.corale.node.registry.BornMember;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The members of a cell as far as this node knows: those that its log names, or its birth, and the
 * group's configuration as well; all of the former, until that is known. An administrator may
 * remove some.
 *
 * <p>Written on the cell's thread, read from any.
 */
final class Roster {
  private List<BornMember> known;
  private volatile List<BornMember> members;

  Roster(List<BornMember> known) {
    this.known = known;
    this.members = known;
  }

  /** The log names these from now on, who are about to be members or to be none among them. */
  void knows(List<BornMember> all) {
    known = all;
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
        known.stream().filter(member -> peers.contains(member.raftPeer())).toList();
    if (now.isEmpty() || now.equals(members)) {
      return false;
    }
    members = now;
    return true;
  }
}
