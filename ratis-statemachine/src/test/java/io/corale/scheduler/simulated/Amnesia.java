package io.corale.scheduler.simulated;

import io.corale.model.Payload;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Call;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Image;
import io.corale.scheduler.Incident;
import io.corale.scheduler.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What would become of what waits for a person, were a {@link Planted} bug in that (ADR 39). */
final class Amnesia {
  /** Something that nobody has said. */
  private static final Payload IGNORED = Payload.ofJson("\"as it was\"");

  private Amnesia() {}

  static Command betrayed(Planted bug, Command.Resolve resolve) {
    return switch (bug) {
      case RETRIED_IS_GIVEN_UP -> with(resolve, new Resolution.GiveUp());
      case OTHER_INPUT_IGNORED ->
          resolve.arguments().isPresent()
              ? with(resolve, new Resolution.Retry(Optional.of(IGNORED)))
              : resolve;
      case LATE_CONTROL -> Warden.at(resolve, Long.MAX_VALUE);
      default -> resolve;
    };
  }

  private static Command with(Command.Resolve resolve, Resolution what) {
    return new Command.Resolve(
        resolve.invocation(), resolve.incident(), what, resolve.by(), resolve.untilMicros());
  }

  static Transition betrayed(Planted bug, Transition transition) {
    return bug == Planted.INCIDENT_NOT_KEPT
        ? new Transition(transition.guards(), transition.contextVersion(), transition.steps())
        : transition;
  }

  static Image withoutIncidents(Image image) {
    return with(image, image.branches(), List.of());
  }

  /** Nobody knows of what waits any more: its branches stand still for ever. */
  static Optional<Image> withoutOpen(Image image) {
    List<Incident> others =
        image.incidents().stream().filter(each -> each.stage() != Incident.Stage.OPEN).toList();
    return others.size() < image.incidents().size()
        ? Optional.of(with(image, image.branches(), others))
        : Optional.empty();
  }

  /** What somebody has tried again does not wait for its last attempt. */
  static Optional<Image> unfenced(Image image) {
    List<Call> calls = new ArrayList<>();
    for (Call call : image.calls()) {
      boolean isTriedAgain = call.base() > 0 && call.base() == call.attempt();
      calls.add(
          isTriedAgain && call.state() == Call.State.FENCED
              ? Warden.in(call, Call.State.QUEUED)
              : call);
    }
    return calls.equals(image.calls())
        ? Optional.empty()
        : Optional.of(Corruption.withCalls(image, calls));
  }

  private static Image with(Image image, List<Branch> branches, List<Incident> incidents) {
    return new Image(
        image.header(),
        image.definitions(),
        image.accounts(),
        image.secrets(),
        image.estimates(),
        image.invocations(),
        branches,
        image.calls(),
        image.slots(),
        image.schedules(),
        image.announced(),
        image.uploads(),
        image.holds(),
        image.breakers(),
        incidents);
  }
}
