package io.corale.scheduler;

import io.corale.model.Payload;
import java.util.function.Consumer;

/** A record of a cell that may hold texts: payloads that are too large for an entry (rule 33). */
interface TextHolder {
  /** Names each of them, as often as it is held. */
  void texts(Consumer<Payload> found);

  /** Names a payload where it is one. */
  static void ifText(Payload payload, Consumer<Payload> found) {
    if (!payload.fitsInline()) {
      found.accept(payload);
    }
  }
}
