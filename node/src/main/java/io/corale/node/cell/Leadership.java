package io.corale.node.cell;

import io.corale.model.NodeId;
import io.corale.node.cell.Cell.Standing;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Where one replica stands, and who leads its group as far as it knows.
 *
 * <pre>
 *              takeOver               serve
 *   FOLLOWER ------------&gt; TAKING_OVER ------&gt; SUPERPEER
 *      ^                        |                  |
 *      +-------- giveUp --------+------ giveUp ----+
 *
 *   any ---- end ----&gt; QUARANTINED or CLOSED ---- revive ----&gt; FOLLOWER
 * </pre>
 *
 * <p>Ratis says on its own threads who was elected ({@link #won}, {@link #lost}), and a send guard
 * sees it at once; the cell's thread takes over and gives up a moment later, in the order in which
 * it was told. Read from any thread.
 */
final class Leadership {
  private final NodeId self;

  /** The term that Ratis says this node leads, 0 for none. */
  private final AtomicLong led = new AtomicLong();

  private final AtomicLong newest = new AtomicLong();

  /** This node has said that it sends nothing any more in a term before this one (rule 11). */
  private final AtomicLong fencedBelow = new AtomicLong();

  /** The term that the cell serves, 0 for none; of the cell's thread, which may be behind Ratis. */
  private volatile long served;

  private volatile Optional<NodeId> leader = Optional.empty();
  private volatile Standing role = Standing.FOLLOWER;

  /** What keeps it from taking part; null while it does. */
  private final AtomicReference<@Nullable Ailment> ailment = new AtomicReference<>();

  /** Of the cell's thread: the term that it has taken over, 0 for none. */
  private long taken;

  Leadership(NodeId self) {
    this.self = self;
  }

  Standing standing() {
    return ailment().map(Ailment::standing).orElse(role);
  }

  /** The newest term that this replica has heard of. */
  long term() {
    return newest.get();
  }

  /** The node that leads; empty where nobody does, or this node did until a moment ago. */
  Optional<NodeId> leader() {
    return led.get() > 0 ? Optional.of(self) : leader.filter(node -> !node.equals(self));
  }

  /** Whether this node still leads this term. */
  boolean leads(long term) {
    return led.get() == term && term >= fencedBelow.get();
  }

  /**
   * The term in which this node leads and answers; 0 for none. It is 0 before this replica hears of
   * the next leader's term, however long a turn of the cell's thread takes: Ratis tells first that
   * it is lost.
   */
  long termServed() {
    long term = served;
    return term > 0 && leads(term) && !isOver() ? term : 0;
  }

  /** Nothing leaves any more in a term before this one, whatever Ratis still says of it. */
  void fence(long term) {
    fencedBelow.accumulateAndGet(term, Math::max);
    led.updateAndGet(now -> now < term ? 0 : now);
  }

  // What Ratis says, on its own threads.

  void heardOf(long term) {
    newest.accumulateAndGet(term, Math::max);
  }

  void won(long term) {
    heardOf(term);
    if (term >= fencedBelow.get()) {
      led.set(term);
    }
  }

  /** The term that is over with this, 0 if this node led none. */
  long lost() {
    return led.getAndSet(0);
  }

  void follows(Optional<NodeId> other) {
    leader = other;
  }

  /**
   * Nothing follows on this but {@link #revive}. Of several the gravest stays; says if it is new.
   */
  boolean end(Ailment how) {
    Ailment known = ailment.get();
    while (known == null || how.isGraverThan(known)) {
      if (ailment.compareAndSet(known, how)) {
        return true;
      }
      known = ailment.get();
    }
    return false;
  }

  Optional<Ailment> ailment() {
    return Optional.ofNullable(ailment.get());
  }

  /** The replica lives again, and follows. To be said when all that it had led is given up. */
  void revive() {
    if (role != Standing.FOLLOWER) {
      throw new IllegalStateException("revived as " + role);
    }
    ailment.set(null);
  }

  // What the cell does about it, on its thread.

  boolean isOver() {
    return ailment.get() != null;
  }

  /** The term that the cell drives, 0 for none. */
  long taken() {
    return taken;
  }

  void takeOver(long term) {
    taken = term;
    served = 0;
    role = Standing.TAKING_OVER;
  }

  /** Whether the cell drove this term until now. */
  boolean giveUp(long term) {
    if (taken == 0 || taken != term) {
      return false;
    }
    taken = 0;
    served = 0;
    role = Standing.FOLLOWER;
    // Never a later term: Ratis may just be saying that this node has won it.
    led.compareAndSet(term, 0);
    return true;
  }

  /** Whether the cell serves from now on. */
  boolean serve(long term) {
    if (!isTakingOver(term)) {
      return false;
    }
    served = term; // Before the role: who sees that it leads asks which term.
    role = Standing.SUPERPEER;
    return true;
  }

  boolean isTakingOver(long term) {
    return role == Standing.TAKING_OVER && taken == term;
  }

  boolean serves(long term) {
    return role == Standing.SUPERPEER && taken == term;
  }
}
