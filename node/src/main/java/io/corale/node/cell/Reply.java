package io.corale.node.cell;

import io.corale.model.NodeId;
import io.corale.model.Refusal;
import io.corale.scheduler.Result;
import java.util.Optional;

/** What became of a command that was given to a cell. */
public sealed interface Reply {
  /** It was applied: its result is final, the same on every replica. */
  record Applied(Result result, long index) implements Reply {}

  /** It was not proposed and will not be. */
  record Refused(Refusal refusal) implements Reply {}

  /** It was not proposed: another node leads the cell, if any does. */
  record NotSuperpeer(Optional<NodeId> superpeer) implements Reply {}

  /** It may or may not be applied; asking again under the same id is safe (rule 22). */
  record Unknown(String why) implements Reply {}
}
