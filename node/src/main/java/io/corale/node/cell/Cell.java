package io.corale.node.cell;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Refusal;
import io.corale.model.SealedSecret;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Command;
import io.corale.scheduler.Explanation;
import io.corale.scheduler.Forecast;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.Measured;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Urgency;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A cell that is awake on this node, as a superpeer or as a follower.
 *
 * <p>Thread-safe. No method blocks except {@link #read}, which waits for the entry that is being
 * applied, and {@link #footprint}. Every future completes, once, on the cell's own thread: what
 * hangs on it must be short.
 */
public interface Cell {
  /** Which cell. */
  CellId id();

  /** The epoch of its group. */
  long epoch();

  /** The Raft group's id, as Ratis tools print it. */
  String group();

  /** The members of its group, as its configuration names them. */
  List<BornMember> members();

  /** Where this replica stands. */
  Standing standing();

  /**
   * What is wrong with this replica, in words that follow on its name; empty while it takes part.
   */
  Optional<String> outOfOrder();

  /** Whether this node leads the cell and answers for it. */
  default boolean isSuperpeer() {
    return standing() == Standing.SUPERPEER;
  }

  /** The Raft term of the last leader that this replica knows. */
  long term();

  /**
   * The Raft term in which this node leads the cell and answers for it; 0 where it does not, or
   * Ratis has said that it is over. So it is never the term of another leader.
   */
  long termServed();

  /** The index of the configuration of its group that this replica has heard of last. */
  long configuration();

  /** The node that leads, as far as this replica knows. */
  Optional<NodeId> superpeerHint();

  /** The index that this replica has applied. */
  long applied();

  /** Which format entries of its log may have, as far as this replica has applied it. */
  int activeFormat();

  /** Appends a command to the log. */
  CompletableFuture<Reply> propose(Command command, Urgency urgency);

  /**
   * Why this superpeer would refuse new work, whatever it is, before the log hears of it; empty
   * where it might take it. As of its last turn, so that nobody waits to be told (P12).
   */
  Optional<Refusal> shortage();

  /**
   * Completes when all that was acknowledged before is applied here and this node still leads; a
   * read that must not be stale comes after it (rule 26).
   */
  CompletableFuture<Reply> barrier();

  /**
   * The end of an invocation; asked for on a superpeer. Empty when this node does not lead, or
   * leads no more, because others know better; empty, too, when the invocation is not known, or too
   * many wait. Whoever does not wait any more cancels the future.
   */
  default CompletableFuture<Optional<Ended>> ended(InvocationId invocation) {
    return ended(invocation, 0);
  }

  /**
   * The same; empty, too, when this node has not come as far in the log as its asker has seen: then
   * what it knows under this id may be an earlier invocation.
   */
  CompletableFuture<Optional<Ended>> ended(InvocationId invocation, long seenIndex);

  /**
   * The outcome of an attempt that this node sent, or that another node sent and delivered here.
   * Kept until it is applied (rule 11); may be said twice.
   */
  void outcome(AttemptId attempt, Outcome outcome, long durationMicros);

  /**
   * What this node has of the attempts that it was to send in an earlier term; from then on it
   * leads no term before the asker's (rule 11). Fails where the cell has no time for it.
   */
  CompletableFuture<Inventory> inventory(Inquiry inquiry);

  /** Whoever an outcome was handed over to has answered, or will not. */
  void forwarded(AttemptId attempt);

  /** What an earlier executor has answered to an inquiry; empty where it has not. */
  void inventoried(long number, Optional<Inventory> inventory);

  /**
   * A member of this epoch's group has measured its state at a check; of use to its superpeer only.
   */
  void measured(NodeId member, Measured what);

  /** Reads the state that this replica has applied. The function must be short. */
  <T> T read(Function<OwnerScheduler, T> question);

  /**
   * The time in which something that this superpeer expects does happen in four of five cases, as
   * far as it has found out in its term.
   */
  Forecast.Band foretold(Explanation.Expected expected);

  /** The configured accounts as this replica has applied them; never waits for an entry. */
  List<Account> accounts();

  /** The owner's secrets, sealed, as this replica has applied them; never waits for an entry. */
  List<SealedSecret> secrets();

  /** Whether its thread has died, or has been at one piece of work for longer than this. */
  boolean isStuck(Duration patience);

  /** What this replica takes on disk; looks there. */
  Footprint footprint();

  /** Hands leadership to this peer; completes when Ratis has answered. */
  CompletableFuture<Void> transferLeadership(NodeId to);

  /** Where a replica stands. */
  enum Standing {
    /** It follows, or there is no leader. */
    FOLLOWER,
    /** It leads, but has not yet taken over, or opened the cell: nothing is acknowledged. */
    TAKING_OVER,
    /** It leads and acknowledges. */
    SUPERPEER,
    /** It met what it must not skip, or cannot store, and stays away until it is opened again. */
    QUARANTINED,
    /** Its group is closed on this node, or has removed it. */
    CLOSED
  }

  /**
   * How an invocation ended.
   *
   * @param index that whoever learns it has seen
   */
  record Ended(Ending ending, long index) {}
}
