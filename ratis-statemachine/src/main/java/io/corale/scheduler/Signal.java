package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Problem;
import java.util.List;

/** What a waiting branch gets to know; pending at the branch until a transition consumes it. */
public sealed interface Signal {
  /** Its call succeeded, or the invocation that it awaited was completed. */
  record Returned(Payload result) implements Signal {}

  /** Its call failed and no attempt is left, or one of its children did, or what it ran. */
  record Failed(Problem problem) implements Signal {}

  /** All its children ended; their outputs in the order of opening. Of a race: the first output. */
  record Joined(List<Payload> outputs) implements Signal {
    public Joined {
      outputs = List.copyOf(outputs);
    }

    long sizeBytes() {
      return outputs.stream().mapToLong(Payload::sizeBytes).sum();
    }
  }

  /** One of its timers is due; whatever else it waited for has ended. */
  record Elapsed(int timer) implements Signal {}

  /** It was opened for an item of a list; {@code index} counts from 0. */
  record Item(int index, Payload item) implements Signal {}

  /** It gave others a turn, and now has one again. */
  record Resumed() implements Signal {}

  /**
   * It is the root of an invocation that another one, or a schedule, has begun.
   *
   * @param restMicros expected from its end to the end of the invocation that awaits it
   */
  record Begun(Payload input, long restMicros) implements Signal {}
}
