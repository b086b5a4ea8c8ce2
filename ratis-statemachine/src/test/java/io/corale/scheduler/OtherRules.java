package io.corale.scheduler;

import io.corale.model.Policy;

/**
 * Rules under which a scheduler may dispatch in a benchmark: those that are offered, and those that
 * no owner can choose. The latter take deadlines as they are asked for: neither moved by a flow's
 * backlog nor capped by a class.
 */
public enum OtherRules {
  /** By call, as all schedulers here count: the first call that was ready, not the first run. */
  FIFO("FIFO", Policy.FIFO),
  /** Shortest remaining work first: the rank, which does not shrink while a call runs. */
  SRPT("SRPT", Policy.LST_BL),
  EDF("EDF", Policy.EDF),
  /** Latest start time first, without a late lane. */
  LST("LST", Policy.LST_BL),
  LST_BL("LST-BL", Policy.LST_BL),
  EDF_AS_OFFERED("EDF as offered", Policy.EDF);

  private final String word;
  private final Policy policy;

  OtherRules(String word, Policy policy) {
    this.word = word;
    this.policy = policy;
  }

  /** What tables call it. */
  public String word() {
    return word;
  }

  /** That of the account. */
  public Policy policy() {
    return policy;
  }

  /** Whether an owner gets just this, by choosing its policy. */
  public boolean isOffered() {
    return this == LST_BL || this == EDF_AS_OFFERED;
  }

  /** The scheduler of a log without entries. */
  public OwnerScheduler begin() {
    return new OwnerScheduler(Receipts.Capacity.STANDARD, rules());
  }

  private Rules rules() {
    return switch (this) {
      case FIFO -> raw(Orders.FIFO);
      case SRPT -> raw(new ByRank());
      case EDF -> raw(Orders.EDF);
      case LST -> raw(new ByStart());
      case LST_BL, EDF_AS_OFFERED -> Rules.STANDARD;
    };
  }

  private static Rules raw(Order order) {
    return new Rules(ignored -> order, false, false);
  }

  private record ByRank() implements Order {
    @Override
    public long key(Ticket<?> ticket) {
      return ticket.rankMicros();
    }

    @Override
    public boolean hasLateLane() {
      return false;
    }
  }

  private record ByStart() implements Order {
    @Override
    public long key(Ticket<?> ticket) {
      return ticket.deadlineMicros() - ticket.rankMicros();
    }

    @Override
    public boolean hasLateLane() {
      return false;
    }
  }
}
