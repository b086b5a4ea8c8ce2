package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.model.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;

/** Names Raft groups: {@code hash(owner, cell, epoch)} (rule 1), so that no directory is needed. */
final class GroupIds {
  private GroupIds() {}

  /** The group of a cell in an epoch. */
  static RaftGroupId of(CellId cell, long epoch) {
    return RaftGroupId.valueOf(uuid(cell, epoch));
  }

  /** A UUID of version 8 (free form, RFC 9562): the first bits of a SHA-256. */
  static UUID uuid(CellId cell, long epoch) {
    ByteBuffer digest = sha256("corale-cell/" + cell + "/" + epoch);
    long high = (digest.getLong() & ~0xF000L) | 0x8000L;
    long low = (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** The weight of a node for a cell in rendezvous hashing. */
  static long weight(CellId cell, NodeId node) {
    return sha256("corale-place/" + cell + "/" + node).getLong();
  }

  private static ByteBuffer sha256(String text) {
    try {
      return ByteBuffer.wrap(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
