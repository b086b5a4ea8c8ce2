package io.corale.scheduler.simulated;

import io.corale.model.Payload;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Image;
import io.corale.scheduler.Incident;
import io.corale.scheduler.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What would become of what waits for a person, were a {@link Planted} bug in that (ADR 39). */
final class Amnesia {
  private Amnesia() {}

  static Command betrayed(Planted bug, Command.Resolve resolve) {
    return switch (bug) {
      case RETRIED_IS_GIVEN_UP -> with(resolve, new Resolution.GiveUp());
      case OTHER_INPUT_IGNORED ->
          resolve.arguments().isPresent()
              ? with(resolve, new Resolution.Retry(Optional.of(Payload.NULL)))
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

  /** The branches that waited have moved on, and nobody knows why they stood still. */
  static Optional<Image> moved(Image image) {
    Map<Branch.Key, Incident> open = Sentry.open(image);
    if (open.isEmpty()) {
      return Optional.empty();
    }
    List<Branch> branches = new ArrayList<>();
    for (Branch branch : image.branches()) {
      branches.add(open.containsKey(branch.key()) ? later(branch) : branch);
    }
    List<Incident> others =
        image.incidents().stream()
            .filter(each -> each.stage() != Incident.Stage.OPEN)
            .toList();
    return Optional.of(with(image, branches, others));
  }

  private static Branch later(Branch branch) {
    return new Branch(
        branch.key(),
        branch.parent(),
        branch.elder(),
        branch.step() + 1,
        branch.state(),
        branch.waiting(),
        branch.output());
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
