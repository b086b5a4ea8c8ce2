package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import java.util.Optional;

/**
 * The record of one branch. It waits for its call, or for its open children, or has a signal
 * pending; or it has ended and keeps its output until its siblings have.
 *
 * @param parent {@link #NONE} for the root
 * @param elder the sibling opened before it, {@link #NONE} for the first
 * @param lastChild the child opened last, {@link #NONE} where it has none that are not joined
 * @param openChildren how many of its children have not ended
 * @param step raised by each step of a transition that touches it
 * @param call the number of its outstanding call, 0 where it has none
 */
public record Branch(
    Key key,
    int parent,
    int elder,
    int lastChild,
    int openChildren,
    long step,
    Payload state,
    long call,
    Optional<Signal> pending,
    Optional<Payload> output) {
  /** No branch. */
  public static final int NONE = -1;

  private static final long FIXED_BYTES = 200;

  /** Its name: its invocation and its number in it. */
  public record Key(InvocationId invocation, int number) {}

  static Branch root(InvocationId invocation, Payload input) {
    return opened(new Key(invocation, 0), NONE, NONE, input);
  }

  static Branch opened(Key key, int parent, int elder, Payload state) {
    return new Branch(key, parent, elder, NONE, 0, 0, state, 0, Optional.empty(), Optional.empty());
  }

  int number() {
    return key.number();
  }

  boolean hasEnded() {
    return output.isPresent();
  }

  /** Whether something will happen to it. */
  boolean waits() {
    return call > 0 || openChildren > 0 || pending.isPresent();
  }

  Branch remembering(Payload state) {
    return new Branch(
        key,
        parent,
        elder,
        lastChild,
        openChildren,
        step + 1,
        state,
        call,
        Optional.empty(),
        output);
  }

  Branch calling(long call) {
    return new Branch(
        key,
        parent,
        elder,
        lastChild,
        openChildren,
        step + 1,
        state,
        call,
        Optional.empty(),
        output);
  }

  Branch withChild(int child) {
    return new Branch(
        key,
        parent,
        elder,
        child,
        openChildren + 1,
        step + 1,
        state,
        call,
        Optional.empty(),
        output);
  }

  Branch withChildEnded() {
    return new Branch(
        key, parent, elder, lastChild, openChildren - 1, step, state, call, pending, output);
  }

  /** A signal does not raise the step: the transition that came with it saw the step before. */
  Branch signalled(Signal signal) {
    return new Branch(
        key, parent, elder, lastChild, openChildren, step, state, 0, Optional.of(signal), output);
  }

  Branch joined(Signal.Joined signal) {
    return new Branch(key, parent, elder, NONE, 0, step, state, call, Optional.of(signal), output);
  }

  Branch ended(Payload output) {
    return new Branch(
        key,
        parent,
        elder,
        NONE,
        0,
        step + 1,
        Payload.NULL,
        0,
        Optional.empty(),
        Optional.of(output));
  }

  /** What it counts for against the memory of its cell. */
  long sizeBytes() {
    long size = FIXED_BYTES + state.sizeBytes();
    size += output.map(Payload::sizeBytes).orElse(0);
    return size + pending.map(Branch::sizeBytes).orElse(0L);
  }

  private static long sizeBytes(Signal signal) {
    if (signal instanceof Signal.Returned returned) {
      return returned.result().sizeBytes();
    }
    long size = 0;
    if (signal instanceof Signal.Joined joined) {
      for (Payload output : joined.outputs()) {
        size += output.sizeBytes();
      }
    }
    return size;
  }
}
