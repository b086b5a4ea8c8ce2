package io.corale.scheduler;

import io.corale.model.Event;
import io.corale.model.Payload;
import io.corale.model.Problem;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What a waiting branch gets to know; pending at the branch until a transition consumes it. */
public sealed interface Signal {
  /** Names each payload in it that is too large for an entry. */
  default void texts(Consumer<Payload> found) {}

  /** The payloads in it. */
  default long sizeBytes() {
    return 0;
  }

  /** With others in the place of its payloads. */
  default Signal replacing(UnaryOperator<Payload> others) {
    return this;
  }

  /** Its call succeeded, or the invocation that it awaited was completed. */
  record Returned(Payload result) implements Signal {
    @Override
    public void texts(Consumer<Payload> found) {
      TextHolder.ifText(result, found);
    }

    @Override
    public long sizeBytes() {
      return result.sizeBytes();
    }

    @Override
    public Signal replacing(UnaryOperator<Payload> others) {
      return new Returned(others.apply(result));
    }
  }

  /** Its call failed and no attempt is left, or one of its children did, or what it ran. */
  record Failed(Problem problem) implements Signal {}

  /** All its children ended; their outputs in the order of opening. Of a race: the first output. */
  record Joined(List<Payload> outputs) implements Signal {
    public Joined {
      outputs = List.copyOf(outputs);
    }

    @Override
    public void texts(Consumer<Payload> found) {
      outputs.forEach(output -> TextHolder.ifText(output, found));
    }

    @Override
    public Signal replacing(UnaryOperator<Payload> others) {
      return new Joined(outputs.stream().map(others).toList());
    }

    @Override
    public long sizeBytes() {
      return outputs.stream().mapToLong(Payload::sizeBytes).sum();
    }
  }

  /** One of its timers is due; whatever else it waited for has ended. */
  record Elapsed(int timer) implements Signal {}

  /** It was opened for an item of a list; {@code index} counts from 0. */
  record Item(int index, Payload item) implements Signal {
    @Override
    public void texts(Consumer<Payload> found) {
      TextHolder.ifText(item, found);
    }

    @Override
    public long sizeBytes() {
      return item.sizeBytes();
    }

    @Override
    public Signal replacing(UnaryOperator<Payload> others) {
      return new Item(index, others.apply(item));
    }
  }

  /**
   * It has heard an event.
   *
   * @param ear by whose subscriptions it is for this branch
   * @param kept its sequence where it is addressed to the invocation, which keeps it until it is
   *     taken; else {@link #NOT_KEPT}
   */
  record Heard(int ear, Event event, long kept) implements Signal {
    public static final long NOT_KEPT = 0;
  }

  /** It gave others a turn, and now has one again. */
  record Resumed() implements Signal {}

  /**
   * It is the root of an invocation that another one, or a schedule, has begun.
   *
   * @param restMicros expected from its end to the end of the invocation that awaits it
   */
  record Begun(Payload input, long restMicros) implements Signal {
    @Override
    public void texts(Consumer<Payload> found) {
      TextHolder.ifText(input, found);
    }

    @Override
    public long sizeBytes() {
      return input.sizeBytes();
    }

    @Override
    public Signal replacing(UnaryOperator<Payload> others) {
      return new Begun(others.apply(input), restMicros);
    }
  }
}
