package io.corale.scheduler;

import io.corale.model.Policy;

/** The orders that an owner may choose. */
enum Orders implements Order {
  /** By when a call was ready first. */
  FIFO {
    @Override
    public long key(Ticket<?> ticket) {
      return ticket.sequence();
    }
  },
  /** By the deadline of its invocation. */
  EDF {
    @Override
    public long key(Ticket<?> ticket) {
      return ticket.deadlineMicros();
    }
  },
  /** By its latest start time. */
  LST_BL {
    @Override
    public long key(Ticket<?> ticket) {
      return ticket.deadlineMicros() - ticket.rankMicros();
    }

    @Override
    public boolean hasLateLane() {
      return true;
    }
  };

  static Order of(Policy policy) {
    return switch (policy) {
      case FIFO -> FIFO;
      case EDF -> EDF;
      case LST_BL -> LST_BL;
    };
  }

  @Override
  public boolean hasLateLane() {
    return false;
  }
}
