package io.corale.flow;

import io.corale.scheduler.Transition.Retry;
import java.util.List;
import java.util.Optional;

/**
 * An abstract function of a composition.
 *
 * @param name as tasks call it
 * @param retry how often a call of it is tried
 * @param implementations in the author's order of preference, at least one
 * @param request what is sent where the composition says it, and not an implementation
 */
public record FunctionSpec(
    String name, Retry retry, List<Implementation> implementations, Optional<Described> request) {
  /** Stands in for a function that is not at hand. */
  static FunctionSpec unknown(String name) {
    return new FunctionSpec(name, Retry.NEVER, List.of(Implementation.UNKNOWN));
  }

  public FunctionSpec {
    implementations = List.copyOf(implementations);
    if (implementations.isEmpty()) {
      throw new IllegalArgumentException("function '" + name + "' needs an implementation");
    }
  }

  /** A function that its implementations know by themselves. */
  FunctionSpec(String name, Retry retry, List<Implementation> implementations) {
    this(name, retry, implementations, Optional.empty());
  }

  /** What a call of it at this implementation shows that the log must not have. */
  public CallSecrets secrets(String implementation) {
    return request
        .map(Described::secrets)
        .orElseGet(
            () ->
                implementations.stream()
                    .filter(each -> each.id().equals(implementation))
                    .map(Implementation::secrets)
                    .findFirst()
                    .orElse(CallSecrets.NONE));
  }

  /** Whether the arguments of its calls are an HTTP request. */
  public boolean isRequest() {
    return request.isPresent() && request.get() instanceof RequestSpec;
  }

  /** Whether the arguments of its calls are a call of a gRPC method. */
  public boolean isRpc() {
    return request.isPresent() && request.get() instanceof RpcSpec;
  }
}
