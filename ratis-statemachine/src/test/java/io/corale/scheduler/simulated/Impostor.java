package io.corale.scheduler.simulated;

import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Relocated.End;
import io.corale.scheduler.Image;
import io.corale.scheduler.Membership;
import java.util.List;
import java.util.Optional;

/** Who the members of a cell would be, were a {@link Planted} bug in that (ADR 41). */
final class Impostor {
  private Impostor() {}

  static boolean corrupts(Planted bug) {
    return bug == Planted.MOVE_FORGOTTEN || bug == Planted.FORMER_FORGOTTEN;
  }

  /** The command that is applied in place of the one in the log. */
  static Command betrayed(Planted bug, Command.Relocation relocation, Membership before) {
    if (relocation instanceof Command.Relocate relocate) {
      return betrayed(bug, relocate, before);
    }
    if (relocation instanceof Command.Relocated relocated) {
      return betrayed(bug, relocated, before);
    }
    return bug == Planted.LATE_CLEANING_COUNTS
        ? new Command.Cleaned(((Command.Cleaned) relocation).node(), Long.MAX_VALUE)
        : relocation;
  }

  private static Command betrayed(Planted bug, Command.Relocate relocate, Membership before) {
    boolean isSecond =
        before.move().filter(open -> !open.token().equals(relocate.token())).isPresent();
    if (bug == Planted.SECOND_MOVE_ENDS_FIRST && isSecond) {
      return new Command.Relocated(before.move().orElseThrow().token(), End.DONE, 0);
    }
    return bug == Planted.BEFORE_UNLOOKED_AT && !before.members().isEmpty()
        ? new Command.Relocate(
            relocate.token(), before.members(), relocate.add(), relocate.remove())
        : relocate;
  }

  private static Command betrayed(Planted bug, Command.Relocated relocated, Membership before) {
    return switch (bug) {
      case LATE_ENDING_COUNTS ->
          new Command.Relocated(
              before.move().map(Membership.Move::token).orElse(relocated.token()),
              relocated.end(),
              relocated.configuration());
      case UNDONE_IS_DONE ->
          new Command.Relocated(relocated.token(), End.DONE, relocated.configuration());
      default -> relocated;
    };
  }

  /** Whoever leads next does not know of the move that is open. */
  static Optional<Image> withoutMove(Image image) {
    Membership now = image.header().membership();
    return now.move().isEmpty()
        ? Optional.empty()
        : Optional.of(
            with(
                image,
                new Membership(now.members(), Optional.empty(), now.former(), now.lastToken())));
  }

  /** Nobody knows of whom something may be left. */
  static Optional<Image> withoutFormer(Image image) {
    Membership now = image.header().membership();
    return now.former().isEmpty()
        ? Optional.empty()
        : Optional.of(
            with(image, new Membership(now.members(), now.move(), List.of(), now.lastToken())));
  }

  static Image withoutMembers(Image image) {
    return with(image, Membership.NONE);
  }

  private static Image with(Image image, Membership membership) {
    Image.Header header = image.header();
    return new Image(
        new Image.Header(
            header.format(),
            header.activeFormat(),
            header.cell(),
            header.epoch(),
            header.appliedTerm(),
            header.appliedIndex(),
            header.cellTimeMicros(),
            header.executor(),
            header.lastSequence(),
            header.tailFrom(),
            header.chain(),
            header.retention(),
            header.controlled(),
            header.admission(),
            membership),
        image.definitions(),
        image.accounts(),
        image.secrets(),
        image.estimates(),
        image.invocations(),
        image.branches(),
        image.calls(),
        image.slots(),
        image.schedules(),
        image.announced(),
        image.uploads(),
        image.holds(),
        image.breakers(),
        image.incidents());
  }
}
