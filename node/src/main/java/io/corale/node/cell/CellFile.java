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
 * @param isOpen whether it is known that the birth record is OPEN, so that the registry need not be
 *     asked again
 */
record CellFile(CellId cell, long epoch, String nonce, List<BornMember> members, boolean isOpen) {
  /** The format that this build writes. */
  static final int VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  CellFile {
    members = List.copyOf(members);
  }

  /** The same replica, known to be open. */
  CellFile opened() {
    return new CellFile(cell, epoch, nonce, members, true);
  }

  /** The same replica in a group of these members. */
  CellFile among(List<BornMember> others) {
    return new CellFile(cell, epoch, nonce, others, isOpen);
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
    root.put("version", VERSION);
    root.put("owner", cell.owner().value());
    root.put("cell", cell.number());
    root.put("epoch", epoch);
    root.put("nonce", nonce);
    root.put("open", isOpen);
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

  /** Reads such a text; throws {@link IOException} where it is none, or of a newer version. */
  static CellFile read(String text) throws IOException {
    JsonNode root = JSON.readTree(text);
    int version = root.path("version").asInt();
    if (version != VERSION) {
      throw new IOException("format " + version + "; this build knows " + VERSION);
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
          root.path("open").asBoolean());
    } catch (IllegalArgumentException e) {
      throw new IOException("not a cell file: " + e.getMessage(), e);
    }
  }
}
