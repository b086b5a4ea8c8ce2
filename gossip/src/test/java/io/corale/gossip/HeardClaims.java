package io.corale.gossip;

import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Gossips;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The directory that is shipped, told by a simulation what its node has heard of. */
public final class HeardClaims {
  private final Map<NodeId, Member> writers = new LinkedHashMap<>();
  private final Set<Incarnation> gone = new LinkedHashSet<>();
  private final Directory directory = new Directory(gone::contains);

  /** As the node of the product does: it is asked more often than it hears. */
  private final Map<CellId, List<ClaimView>> ordered = new LinkedHashMap<>();

  private long version;

  /** All that this life of a node claims, in place of whatever it claimed before. */
  public void hear(Incarnation node, List<ClaimView> claims) {
    Optional.ofNullable(writers.get(node.node())).ifPresent(directory::removeAll);
    Member writer = new Member(node, 1, Gossips.NodeRecord.getDefaultInstance(), new Room(), 0);
    writers.put(node.node(), writer);
    int slot = 1;
    for (ClaimView claim : claims) {
      try {
        directory.put(writer, entry(slot++, claim.told()), 0);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException(e);
      }
    }
    directory.takeChanged();
    ordered.clear();
  }

  private Gossips.Entry entry(int slot, ClaimView claim) {
    Gossips.Claim content =
        Gossips.Claim.newBuilder()
            .setOwner(claim.cell().owner().value())
            .setCell(claim.cell().number())
            .setEpoch(claim.epoch())
            .setTerm(claim.term())
            .setConfiguration(claim.configuration())
            .setLeads(claim.leads())
            .build();
    return Gossips.Entry.newBuilder()
        .setSlot(slot)
        .setVersion(++version)
        .setContent(content.toByteString())
        .build();
  }

  /** Whether this life of a node is believed to be dead. */
  public void believe(Incarnation node, boolean isGone) {
    boolean isNews = isGone ? gone.add(node) : gone.remove(node);
    if (isNews) {
      ordered.clear();
    }
  }

  /** What the directory says of a cell, the greatest claim first. */
  public List<ClaimView> claims(CellId cell) {
    return ordered.computeIfAbsent(cell, directory::claims);
  }

  /** Whether anything was heard of this node. */
  public boolean knows(NodeId node) {
    return writers.containsKey(node);
  }
}
