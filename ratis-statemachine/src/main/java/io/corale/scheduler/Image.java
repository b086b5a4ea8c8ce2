package io.corale.scheduler;

import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import java.util.List;
import java.util.Optional;

/**
 * All that a scheduler is, at one index: references of immutable records, so that it is taken in a
 * moment and encoded by a worker while the scheduler goes on (rule 35). Trees, timers and counters
 * are rebuilt from it.
 */
public record Image(Header header, List<Definition> definitions) {
  public Image {
    definitions = List.copyOf(definitions);
  }

  /** Where the log stood. */
  public record Header(
      Optional<CellId> cell,
      long epoch,
      long appliedTerm,
      long appliedIndex,
      long cellTimeMicros,
      Optional<Executor> executor) {}

  /** A composition version in canonical form. */
  public record Definition(CompositionRef composition, Payload canonical) {}
}
