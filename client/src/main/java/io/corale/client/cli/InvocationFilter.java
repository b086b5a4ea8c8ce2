package io.corale.client.cli;

import io.corale.wire.Door;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which invocations a command is about. */
final class InvocationFilter {
  /** The phases to choose from, in the words of the command line. */
  enum PhaseChoice {
    RUNNING(Door.Phase.RUNNING),
    COMPLETED(Door.Phase.COMPLETED),
    FAULTED(Door.Phase.FAULTED),
    CANCELLED(Door.Phase.CANCELLED);

    private final Door.Phase phase;

    PhaseChoice(Door.Phase phase) {
      this.phase = phase;
    }
  }

  @Option(
      names = "--phase",
      paramLabel = "PHASE",
      description = "Only these: running, completed, faulted or cancelled.")
  private @Nullable PhaseChoice phase;

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only those with this label.")
  private String label = "";

  @Option(
      names = "--parent",
      paramLabel = "ID",
      description = "Only those that this invocation has run.")
  private String parent = "";

  @Option(
      names = "--incidents",
      description = "Only those of which calls have failed for good and wait for a person.")
  private boolean hasIncidents;

  Door.ListInvocations.Builder query() {
    if (!label.isEmpty() && label.indexOf('=') < 1) {
      throw CliFailure.usage("--label '" + label + "': expected KEY=VALUE");
    }
    return Door.ListInvocations.newBuilder()
        .setLabel(label)
        .setIncidents(hasIncidents)
        .setParent(parent.isEmpty() ? "" : Ids.parse(parent).value())
        .setPhase(phase == null ? Door.Phase.PHASE_UNSPECIFIED : phase.phase);
  }
}
