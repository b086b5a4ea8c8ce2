package io.corale.scheduler.simulated;

import com.google.protobuf.ByteString;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.Upload;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Does what a {@link Planted} bug would do with large values on their way. */
final class Stowaway {
  private final Planted bug;

  Stowaway(Planted bug) {
    this.bug = bug;
  }

  /** Changes the commands that a replica applies to this state. */
  void betray(List<Command> commands, OwnerScheduler before) {
    switch (bug) {
      case NEW_WORK_TAKES_ALL ->
          commands.replaceAll(each -> each instanceof Command.Part part ? running(part) : each);
      case OFFSET_UNCHECKED -> {
        Image image = before.image();
        commands.replaceAll(
            each -> each instanceof Command.Part part ? appended(part, image) : each);
      }
      case ABSENT_IS_APPLIED -> {
        if (commands.stream().noneMatch(Command.Part.class::isInstance)
            && commands.stream().anyMatch(each -> !each.texts().isEmpty())) {
          Set<Payload.Reference> there = there(before.image());
          commands.replaceAll(
              each -> each.resolved(r -> there.contains(r) ? Payload.of(r) : Payload.NULL));
        }
      }
      default -> {}
    }
  }

  private static Command running(Command.Part part) {
    return new Command.Part(part.text(), part.offset(), false, part.bytes());
  }

  private static Command appended(Command.Part part, Image image) {
    Optional<Integer> received =
        image.uploads().stream()
            .filter(upload -> upload.text().equals(part.text()))
            .map(upload -> upload.received().size())
            .findFirst();
    int at = received.orElse(part.offset());
    ByteString bytes =
        part.bytes().substring(0, Math.min(part.bytes().size(), part.text().sizeBytes() - at));
    return bytes.isEmpty() ? part : new Command.Part(part.text(), at, part.forNewWork(), bytes);
  }

  /** The texts that are whole in this state. */
  static Set<Payload.Reference> there(Image image) {
    Set<Payload.Reference> there = new LinkedHashSet<>();
    image.texts().forEach(text -> there.add(text.reference()));
    image.uploads().stream()
        .filter(upload -> upload.received().size() == upload.text().sizeBytes())
        .map(Upload::text)
        .forEach(there::add);
    return there;
  }

  /** As if waiting did not help. */
  static Applied refusedForGood(Applied applied) {
    return new Applied(
        applied.cellTimeMicros(),
        applied.results().stream().map(Stowaway::refusedForGood).toList(),
        applied.effects());
  }

  private static Result refusedForGood(Result result) {
    return result instanceof Result.Refused refused
            && refused.refusal().message().contains("large payloads")
        ? new Result.Refused(Refusal.of(Refusal.Code.INVALID, refused.refusal().message()))
        : result;
  }
}
