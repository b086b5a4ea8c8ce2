package io.corale.node.cell;

import io.corale.model.OwnerId;
import io.corale.scheduler.ratis.AppliedListener;
import io.corale.scheduler.ratis.OwnerStateMachine;

/** Makes the state machine of each replica that is opened; tests plant failures in it. */
@FunctionalInterface
interface Machines {
  OwnerStateMachine of(OwnerId owner, AppliedListener listener);
}
