package io.corale.node.cell;

import io.corale.node.registry.BornMember;
import io.corale.wire.Door;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a member of a born group to create its replica, by {@code Cells.addReplica} on that node.
 *
 * <p>Threading: any thread; must not block. The future always completes normally, within a few
 * seconds. May be asked twice: creating again what is there is harmless.
 */
@FunctionalInterface
public interface ReplicaCreator {
  /** Creates the replica of {@code member}, which is never this node itself. */
  CompletableFuture<Created> create(BornMember member, Door.AddReplica request);

  /** What became of it. */
  enum Created {
    /** The replica is there, of exactly this birth. */
    DONE,
    /** The member lives another life now, or took part in a later birth: it never will. */
    NEVER,
    /** No answer, or not now. */
    UNREACHABLE
  }
}
