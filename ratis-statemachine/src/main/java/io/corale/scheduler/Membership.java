package io.corale.scheduler;

import io.corale.model.Member;
import io.corale.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who the members of a cell are, as its log says (ADR 41): what the next superpeer goes on with,
 * whatever became of the one that began. What Ratis takes for the configuration of its group
 * follows this; it is none of it.
 *
 * @param members in the order of their nodes; empty until the first move: those of the birth
 * @param move the one that is open
 * @param former members that are none any more, whose replicas may still be there; the one that was
 *     so longest first
 * @param lastToken of the move that ended last; empty: none did
 */
public record Membership(
    List<Member> members, Optional<Move> move, List<Former> former, String lastToken) {
  /** More would make each entry slower and nothing safer. */
  public static final int MAX_MEMBERS = 7;

  /** A cell of one becomes one of three in one step: of two members the loss of either stops it. */
  public static final int MAX_ADDED = 2;

  /** Of a replica that nobody has cleaned by then, its node learns by itself that it is none. */
  public static final int MAX_FORMER = 16;

  /** As long as anybody names what they do once. */
  public static final int MAX_TOKEN_CHARS = 64;

  /** Where nothing was moved yet. */
  public static final Membership NONE = new Membership(List.of(), Optional.empty(), List.of(), "");

  public Membership {
    members = members.stream().sorted().toList();
    former = List.copyOf(former);
    if (members.size() > MAX_MEMBERS || former.size() > MAX_FORMER) {
      throw new IllegalArgumentException(
          "a cell has at most %d members and %d former ones, not %d and %d"
              .formatted(MAX_MEMBERS, MAX_FORMER, members.size(), former.size()));
    }
    if (!lastToken.isEmpty()) {
      requireToken(lastToken);
    }
  }

  /**
   * A change of the members that has begun, and has not ended.
   *
   * @param token by which those who go on with it name it
   * @param add who become members; in the order of their nodes
   * @param remove which member becomes none
   * @param sinceMicros cell time at which it was begun
   */
  public record Move(String token, List<Member> add, Optional<NodeId> remove, long sinceMicros) {
    public Move {
      requireToken(token);
      add = requireAdded(add);
    }
  }

  /**
   * One that was a member, or was to become one, and of whose replica nobody has said that it is
   * deleted.
   *
   * @param configuration index of the configuration of the Raft group from which on it is in none
   */
  public record Former(Member member, long configuration) {
    public Former {
      requireConfiguration(configuration);
    }
  }

  static void requireToken(String token) {
    boolean isToken = !token.isEmpty() && token.length() <= MAX_TOKEN_CHARS;
    for (int i = 0; isToken && i < token.length(); i++) {
      char c = token.charAt(i);
      isToken = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    if (!isToken) {
      throw new IllegalArgumentException(
          "the token of a move has 1 to "
              + MAX_TOKEN_CHARS
              + " lower-case letters, digits or hyphens");
    }
  }

  static void requireConfiguration(long configuration) {
    if (configuration < 0) {
      throw new IllegalArgumentException(
          "the index of a configuration is never negative, was " + configuration);
    }
  }

  /** Who a move of these members is between; in the order of their nodes, each node once. */
  static List<Member> requireMembers(List<Member> members) {
    if (members.isEmpty() || members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "a move is of 1 to " + MAX_MEMBERS + " members, not " + members.size());
    }
    return requireApart(members);
  }

  /** Who a move adds; in the order of their nodes, each node once. */
  static List<Member> requireAdded(List<Member> members) {
    if (members.size() > MAX_ADDED) {
      throw new IllegalArgumentException(
          "a move adds at most " + MAX_ADDED + " members, not " + members.size());
    }
    return requireApart(members);
  }

  private static List<Member> requireApart(List<Member> members) {
    List<Member> sorted = members.stream().sorted().toList();
    for (int i = 0; i < sorted.size(); i++) {
      if (of(sorted.subList(0, i), sorted.get(i)).isPresent()) {
        throw new IllegalArgumentException(
            sorted.get(i) + " stands twice among the members, by its node or its Raft peer");
      }
    }
    return sorted;
  }

  /** The one of them that has the node of another, or its Raft peer. */
  static Optional<Member> of(List<Member> members, Member other) {
    return members.stream()
        .filter(it -> it.node().equals(other.node()) || it.raftPeer().equals(other.raftPeer()))
        .findFirst();
  }

  /** Whether a node is a member; not while the log does not say who they are. */
  public boolean has(NodeId node) {
    return member(node).isPresent();
  }

  /** The member that a node is. */
  public Optional<Member> member(NodeId node) {
    return members.stream().filter(it -> it.node().equals(node)).findFirst();
  }

  /** Who the members are when the open move is done; those of now where none is open. */
  public List<Member> target() {
    return move.map(open -> after(members, open.add(), open.remove())).orElse(members);
  }

  static List<Member> after(List<Member> before, List<Member> add, Optional<NodeId> remove) {
    List<Member> after = new ArrayList<>(before);
    remove.ifPresent(node -> after.removeIf(it -> it.node().equals(node)));
    after.addAll(add);
    return after.stream().sorted().toList();
  }
}
