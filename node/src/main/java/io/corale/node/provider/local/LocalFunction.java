package io.corale.node.provider.local;

import io.corale.model.Payload;

/**
 * A function inside the node's process, found by {@link java.util.ServiceLoader}; it can be called
 * only if the operator lists its name under {@code local.functions}.
 */
public interface LocalFunction {
  /** The name that the operator and compositions use. */
  String name();

  /**
   * Applies it; called from many threads at once. May block; is interrupted when its time is over,
   * and should then return soon, because nothing else can end it. An exception is the function's
   * error.
   */
  Payload apply(Payload arguments);
}
