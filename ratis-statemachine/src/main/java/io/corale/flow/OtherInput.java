package io.corale.flow;

import io.corale.model.Payload;
import java.util.Optional;

/** What a person gives a call in the place of what its composition made for it (ADR 39). */
public final class OtherInput {
  private OtherInput() {}

  /** What is wrong with it; empty where it can be read. */
  public static Optional<String> fault(Payload arguments) {
    return Json.read(arguments).isPresent()
        ? Optional.empty()
        : Optional.of(
            "is not JSON of at most "
                + Json.MAX_DEPTH
                + " levels and "
                + Json.MAX_TOKENS
                + " brackets, names and values");
  }
}
