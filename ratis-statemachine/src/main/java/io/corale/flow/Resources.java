package io.corale.flow;

import java.util.Optional;

/**
 * The external resources at hand while a composition is compiled. The compiler asks for each
 * address that it finds, maybe several times; the answers must not change meanwhile.
 */
@FunctionalInterface
public interface Resources {
  /** Nothing but what the composition itself contains. */
  Resources NONE = address -> Optional.empty();

  /** The text at this address, as the composition writes it; empty where there is none at hand. */
  Optional<String> at(String address);
}
