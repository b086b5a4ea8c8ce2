package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Problem;
import java.util.List;

/** What a waiting branch gets to know; pending at the branch until a transition consumes it. */
public sealed interface Signal {
  /** Its call succeeded. */
  record Returned(Payload result) implements Signal {}

  /** Its call failed, and no attempt is left. */
  record Failed(Problem problem) implements Signal {}

  /** All its children ended; their outputs in the order of opening. */
  record Joined(List<Payload> outputs) implements Signal {
    public Joined {
      outputs = List.copyOf(outputs);
    }
  }
}
