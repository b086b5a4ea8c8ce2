package io.corale.node.cell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.registry.BornMember;
import io.corale.wire.Door;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node remembers on disk about a replica that it holds, because Ratis knows it by a hash
 * only.
 *
 * <pre>
 *   HELD ──damaged──▶ LOST ──its superpeer asks──▶ AWAITED ──and has it created──▶ RETURNING
 *    ▲                                               ▲                               │  │
 *    │                                               └───────────damaged─────────────┘  │
 *    └────────────────────────────it is in the group's configuration────────────────────┘
 *
 *   nothing, LEFT ──its superpeer has it created──▶ ARRIVING ──it is in the configuration──▶ HELD
 *   any, or nothing ──its superpeer says that it is none any more──▶ LEFT
 * </pre>
 *
 * @param isOpen whether it is known that the birth record is OPEN, so that the registry need not be
 *     asked again
 * @param state what this node has of the replica
 * @param token of a LOST or AWAITED one: names the loss, or the wait, among all; else empty
 * @param absentAt the index of a configuration of its group that is without it: of a RETURNING or
 *     ARRIVING one, and of what it becomes, the one before it came, so that those before that,
 *     which may name it, do not count; of one that has LEFT, the one after; 0 if it was never
 *     without
 * @param returns how often an empty one was created since it was last found to be as most others
 */
record CellFile(
    CellId cell,
    long epoch,
    String nonce,
    List<BornMember> members,
    boolean isOpen,
    State state,
    String token,
    long absentAt,
    int returns) {
  /** The format that can say who is new, and who has left. */
  static final int VERSION = 3;

  /** Can say what became of a lost replica. */
  private static final int LOST_VERSION = 2;

  /** Knows replicas that are held only; written for those, so that an earlier build reads it. */
  private static final int HELD_VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a node has of a replica (rule 6). */
  enum State {
    /** All of it. */
    HELD,
    /** Nothing. It may still be in the configuration, and then counts as one that is down. */
    LOST,
    /** Nothing; its superpeer has said that it removes and adds it again, whoever that will be. */
    AWAITED,
    /** An empty one, or what it has received since; it waits to be in the configuration. */
    RETURNING,
    /**
     * The same, of one that is none of the members yet. It goes on after a start, as it counts from
     * the first configuration on that names it. One of old that does has no majority without those
     * who know the one that followed, so what it says then decides nothing.
     */
    ARRIVING,
    /** Nothing: it is no member any more. What comes late for it finds that said. */
    LEFT;

    /** Whether there is a replica that does not count yet. */
    boolean isOnItsWay() {
      return this == RETURNING || this == ARRIVING;
    }
  }

  CellFile {
    members = List.copyOf(members);
  }

  /** A replica that is held. */
  CellFile(CellId cell, long epoch, String nonce, List<BornMember> members, boolean isOpen) {
    this(cell, epoch, nonce, members, isOpen, State.HELD, "", 0, 0);
  }

  /** The same replica, known to be open. */
  CellFile opened() {
    return new CellFile(cell, epoch, nonce, members, true, state, token, absentAt, returns);
  }

  /** The same replica in a group of these members. */
  CellFile among(List<BornMember> others) {
    return new CellFile(cell, epoch, nonce, others, isOpen, state, token, absentAt, returns);
  }

  /** The same replica, all of which this node has. */
  CellFile held() {
    return new CellFile(cell, epoch, nonce, members, isOpen, State.HELD, "", absentAt, returns);
  }

  /** The same replica, found to be without its group at this index, and not since. */
  CellFile absentAt(long configuration) {
    return new CellFile(cell, epoch, nonce, members, isOpen, state, token, configuration, returns);
  }

  /** The same replica, of which an empty one was created so often. */
  CellFile after(int times) {
    return new CellFile(cell, epoch, nonce, members, isOpen, state, token, absentAt, times);
  }

  /** The same replica, lost by the loss of this name. */
  CellFile lost(String loss) {
    return new CellFile(cell, epoch, nonce, members, isOpen, State.LOST, loss, absentAt, returns);
  }

  /** The same replica, awaited after the loss of this name. */
  CellFile awaited(String loss) {
    return new CellFile(
        cell, epoch, nonce, members, isOpen, State.AWAITED, loss, absentAt, returns);
  }

  /** The same replica, empty, of a group whose configuration at this index is without it. */
  CellFile returning(long configuration) {
    return new CellFile(
        cell, epoch, nonce, members, isOpen, State.RETURNING, "", configuration, returns + 1);
  }

  /** The same replica, empty, of a node that is not in the configuration at this index. */
  CellFile arriving(long configuration) {
    return new CellFile(
        cell, epoch, nonce, members, true, State.ARRIVING, "", configuration, returns);
  }

  /** The same replica, of which nothing is left: its group goes on without, from there on. */
  CellFile left(long configuration) {
    return new CellFile(cell, epoch, nonce, members, true, State.LEFT, "", configuration, returns);
  }

  /**
   * Whether it is on its way, and by this configuration there. While it is brought up to date it is
   * sent configurations of old as well, some of which name it; and what others were long ago is
   * behind it only when it has applied what comes before.
   *
   * @param peer this node in the group
   */
  boolean isBackBy(GroupConfiguration now, String peer) {
    return state.isOnItsWay()
        && now.isApplied()
        && now.index() > absentAt
        && now.peers().contains(peer);
  }

  /** Whether it is of the same birth. */
  boolean isOf(CellFile other) {
    return cell.equals(other.cell) && epoch == other.epoch && nonce.equals(other.nonce);
  }

  /** What a request to create a replica says about it. */
  static CellFile of(Door.AddReplica request) {
    List<BornMember> members = new ArrayList<>();
    for (Door.BornPeer peer : request.getPeersList()) {
      members.add(
          new BornMember(
              new Incarnation(
                  new NodeId(peer.getIncarnation().getNode()), peer.getIncarnation().getBoot()),
              peer.getRaftPeer(),
              peer.getRaftAddress(),
              ""));
    }
    CellId cell = new CellId(new OwnerId(request.getOwner()), request.getCell());
    return new CellFile(cell, request.getEpoch(), request.getNonce(), members, request.getOpen());
  }

  /** The text of the file. */
  String write() throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", version());
    root.put("owner", cell.owner().value());
    root.put("cell", cell.number());
    root.put("epoch", epoch);
    root.put("nonce", nonce);
    root.put("open", isOpen);
    if (state != State.HELD) {
      root.put("state", state.name());
      root.put("token", token);
    }
    if (state != State.HELD || absentAt > 0) {
      root.put("absentAt", absentAt);
    }
    if (returns > 0) {
      root.put("returns", returns);
    }
    ArrayNode all = root.putArray("members");
    for (BornMember member : members) {
      ObjectNode one = all.addObject();
      one.put("node", member.incarnation().node().value());
      one.put("boot", member.incarnation().boot());
      one.put("raftPeer", member.raftPeer());
      one.put("raftAddress", member.raftAddress());
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }

  /** The oldest that can say it, so that earlier builds read as much as they can. */
  private int version() {
    return switch (state) {
      case HELD -> HELD_VERSION;
      case LOST, AWAITED, RETURNING -> LOST_VERSION;
      case ARRIVING, LEFT -> VERSION;
    };
  }

  /** Written by a newer build: whole, but not to be understood by this one. */
  static final class NewerVersion extends IOException {
    private static final long serialVersionUID = 1L;

    NewerVersion(int version) {
      super("format " + version + "; this build knows " + VERSION);
    }
  }

  /** Not as it was written. */
  static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }

  /**
   * Reads such a text.
   *
   * @throws NewerVersion if it is of a newer version
   * @throws Unreadable if it is none, as far as that is JSON
   */
  static CellFile read(String text) throws IOException {
    JsonNode root = JSON.readTree(text);
    int version = root.path("version").asInt();
    if (version > VERSION) {
      throw new NewerVersion(version);
    }
    if (version < HELD_VERSION) {
      throw new Unreadable("not a cell file: it has no version");
    }
    try {
      List<BornMember> members = new ArrayList<>();
      for (JsonNode one : root.path("members")) {
        members.add(
            new BornMember(
                new Incarnation(new NodeId(one.path("node").asText()), one.path("boot").asLong()),
                one.path("raftPeer").asText(),
                one.path("raftAddress").asText(),
                ""));
      }
      CellId cell = new CellId(new OwnerId(root.path("owner").asText()), root.path("cell").asInt());
      return new CellFile(
          cell,
          root.path("epoch").asLong(),
          root.path("nonce").asText(),
          members,
          root.path("open").asBoolean(),
          State.valueOf(root.path("state").asText(State.HELD.name())),
          root.path("token").asText(),
          root.path("absentAt").asLong(),
          root.path("returns").asInt());
    } catch (IllegalArgumentException e) {
      throw new Unreadable("not a cell file: " + e.getMessage());
    }
  }
}
