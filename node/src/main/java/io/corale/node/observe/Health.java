package io.corale.node.observe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether a node is well in one sense, and why not. A function of facts: nothing is looked up here.
 *
 * @param reasons what is wrong; where it is well, what is worth a look all the same
 */
record Health(boolean isWell, List<String> reasons) {
  /** Work of a cell's thread is microseconds; what takes this long does not end by itself. */
  static final Duration STUCK = Duration.ofSeconds(10);

  /**
   * What is known of the node at one moment.
   *
   * @param isStarted whether it has said that it is ready
   * @param sinceTick since its timer ran last, which it does ten times a second
   * @param stuck cells whose thread has died, or is at one piece of work for {@link #STUCK}
   * @param givenUp why only a new process helps, if so
   * @param outOfOrder cells whose replica here takes no part, each with what is wrong
   * @param lowDiskBytes what its disk has left, if that is too little
   * @param registryWasReached whether ZooKeeper was ever reached in this life
   */
  record Facts(
      boolean isStarted,
      boolean isLeaving,
      Optional<String> givenUp,
      Duration sinceTick,
      List<String> stuck,
      List<String> outOfOrder,
      OptionalLong lowDiskBytes,
      boolean registryWasReached,
      boolean registryIsReached,
      boolean isSynced) {}

  Health {
    reasons = List.copyOf(reasons);
  }

  /** Whether the process makes progress; if not, only a new one will. */
  static Health live(Facts facts) {
    List<String> faults = new ArrayList<>();
    if (facts.sinceTick.compareTo(STUCK) > 0) {
      faults.add("the node's timer has not run for " + facts.sinceTick.toSeconds() + " s");
    }
    if (!facts.isLeaving) {
      facts.givenUp.ifPresent(faults::add);
    }
    facts.stuck.forEach(cell -> faults.add("cell " + cell + " makes no progress"));
    return of(faults, List.of());
  }

  /** Whether it takes requests. Once ZooKeeper was reached, its absence is no reason not to. */
  static Health ready(Facts facts) {
    List<String> faults = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    if (facts.isLeaving) {
      faults.add("the node is leaving");
    } else if (!facts.isStarted) {
      faults.add("the node is starting");
    }
    if (!facts.registryWasReached) {
      faults.add("ZooKeeper has not been reached yet");
    } else if (!facts.registryIsReached) {
      remarks.add("ZooKeeper is away: owners who are served go on, nothing new is entered");
    }
    facts.outOfOrder.forEach(cell -> remarks.add("out of order on this node: cell " + cell));
    facts.lowDiskBytes.ifPresent(
        bytes -> remarks.add("the disk is nearly full: " + bytes + " bytes are left"));
    if (!facts.isSynced) {
      remarks.add("not all nodes that are known of have been heard yet");
    }
    return of(faults, remarks);
  }

  /** Whether it has come up. */
  static Health startup(Facts facts) {
    return of(facts.isStarted ? List.of() : List.of("the node is starting"), List.of());
  }

  private static Health of(List<String> faults, List<String> remarks) {
    return new Health(faults.isEmpty(), faults.isEmpty() ? remarks : faults);
  }
}
