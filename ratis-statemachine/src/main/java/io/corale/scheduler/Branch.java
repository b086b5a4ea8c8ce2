package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The record of one branch. It waits for something; or it has ended and keeps its output until its
 * siblings have.
 *
 * @param parent {@link #NONE} for the root
 * @param elder the sibling opened before it, {@link #NONE} for the first
 * @param step raised by each step of a transition that touches it, and by a timer that is due
 * @param waiting for nothing once it has ended
 */
public record Branch(
    Key key,
    int parent,
    int elder,
    long step,
    Payload state,
    Waiting waiting,
    Optional<Payload> output)
    implements TextHolder {
  /** No branch. */
  public static final int NONE = -1;

  private static final long FIXED_BYTES = 200;

  /**
   * Its name: its invocation and its number in it. Ordered, so that a map stands many ids that were
   * chosen to have one hash.
   */
  public record Key(InvocationId invocation, int number) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byInvocation = invocation.compareTo(other.invocation);
      return byInvocation != 0 ? byInvocation : Integer.compare(number, other.number);
    }
  }

  static Branch root(InvocationId invocation, Payload input) {
    return opened(new Key(invocation, 0), NONE, NONE, input);
  }

  static Branch opened(Key key, int parent, int elder, Payload state) {
    return new Branch(key, parent, elder, 0, state, Waiting.NOTHING, Optional.empty());
  }

  int number() {
    return key.number();
  }

  boolean hasEnded() {
    return output.isPresent();
  }

  /** Whether something will happen to it. */
  boolean waits() {
    return !waiting.isForNothing();
  }

  long call() {
    return waiting.call();
  }

  long run() {
    return waiting.run();
  }

  Children children() {
    return waiting.children();
  }

  /** The signal that nobody has interpreted. */
  public Optional<Signal> pending() {
    return waiting.pending();
  }

  Branch remembering(Payload state) {
    return new Branch(key, parent, elder, step + 1, state, waiting.withoutSignal(), output);
  }

  /** It waits for this from now on, as a step of a transition or a timer says. */
  Branch next(Waiting waiting) {
    return new Branch(key, parent, elder, step + 1, state, waiting, output);
  }

  /**
   * It waits for this from now on, as something else says. That does not raise the step: a
   * transition that came with it saw the step before.
   */
  Branch now(Waiting waiting) {
    return new Branch(key, parent, elder, step, state, waiting, output);
  }

  /** It has nothing to wait for any more but its interpretation, and its timers. */
  Branch signalled(Signal signal) {
    return now(waiting.forSignal(signal));
  }

  Branch ended(Payload output) {
    return new Branch(
        key, parent, elder, step + 1, Payload.NULL, Waiting.NOTHING, Optional.of(output));
  }

  @Override
  public void texts(Consumer<Payload> found) {
    TextHolder.ifText(state, found);
    waiting.texts(found);
    output.ifPresent(payload -> TextHolder.ifText(payload, found));
  }

  /**
   * Whether it goes on with a list and holds what it held, as after each child: so that a list of
   * thousands is not walked thousands of times.
   */
  @SuppressWarnings("ReferenceEquality")
  boolean goesOnWithListOf(Branch before) {
    Optional<Spread> now = waiting.children().spread();
    Optional<Spread> then = before.waiting.children().spread();
    return now.isPresent()
        && then.isPresent()
        && now.get().isOf(then.get())
        && state == before.state
        && isUndecided()
        && before.isUndecided();
  }

  private boolean isUndecided() {
    return waiting.pending().isEmpty() && output.isEmpty();
  }

  /** Whether it has not gone on since, and is to be interpreted with the same. */
  boolean hasSignalOf(Branch before) {
    return step == before.step && waiting.pending().equals(before.waiting.pending());
  }

  /** With others in the place of its payloads. */
  public Branch replacing(UnaryOperator<Payload> others) {
    return new Branch(
        key,
        parent,
        elder,
        step,
        others.apply(state),
        waiting.replacing(others),
        output.map(others));
  }

  /** What it counts for against the memory of its cell. */
  long sizeBytes() {
    return FIXED_BYTES
        + state.sizeBytes()
        + waiting.sizeBytes()
        + output.map(Payload::sizeBytes).orElse(0);
  }
}
