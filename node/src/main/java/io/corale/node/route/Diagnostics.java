package io.corale.node.route;

import io.corale.flow.Diagnostic;
import io.corale.model.Refusal;
import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with a source, as the refusal that its author reads. */
final class Diagnostics {
  /** The first faults of a broken source are enough to go on with. */
  private static final int MAX_SHOWN = 20;

  private Diagnostics() {}

  static Refusal refusal(List<Diagnostic> diagnostics) {
    String shown =
        diagnostics.stream()
            .limit(MAX_SHOWN)
            .map(Diagnostic::toString)
            .collect(Collectors.joining("\n"));
    int more = diagnostics.size() - MAX_SHOWN;
    return Refusal.of(
        Refusal.Code.INVALID, more > 0 ? shown + "\n... and " + more + " more" : shown);
  }
}
