package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.scheduler.Breaker;
import io.corale.scheduler.Call;
import io.corale.scheduler.Command;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Does what a {@link Planted} bug would do in breakers and budgets of retries. */
final class Bridge {
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final Planted bug;

  Bridge(Planted bug) {
    this.bug = bug;
  }

  boolean corrupts() {
    return bug == Planted.BREAKER_NEVER_OPENS
        || bug == Planted.BREAKER_NEVER_CLOSES
        || bug == Planted.RETRY_BUDGET_IGNORED;
  }

  /** Empty where the bug changes nothing. */
  Optional<Image> corrupted(Image after) {
    Image changed =
        switch (bug) {
          case BREAKER_NEVER_OPENS -> withoutBreakers(after);
          case BREAKER_NEVER_CLOSES -> neverDue(after);
          case RETRY_BUDGET_IGNORED -> withoutSpent(after);
          default -> after;
        };
    return changed.equals(after) ? Optional.empty() : Optional.of(changed);
  }

  static Image withoutBreakers(Image image) {
    return Corruption.withBreakers(image, List.of());
  }

  /** Nobody is let through any more. */
  private static Image neverDue(Image image) {
    return Corruption.withBreakers(image, image.breakers().stream().map(Bridge::stuck).toList());
  }

  private static Breaker stuck(Breaker its) {
    return its.untilMicros() == 0
        ? its
        : new Breaker(
            its.circuit(),
            its.failures(),
            its.failedAlone(),
            its.pauseMicros(),
            NEVER,
            its.probe(),
            its.risksAny());
  }

  private static Image withoutSpent(Image image) {
    List<Image.Configured> accounts = new ArrayList<>();
    for (Image.Configured its : image.accounts()) {
      accounts.add(new Image.Configured(its.account(), its.index(), its.turn(), its.limits(), 0));
    }
    return Corruption.withAccounts(image, accounts);
  }

  /** What a bug asks for besides: all ends that waits for something that does not answer. */
  List<Command> more(Image before) {
    Set<InvocationId> ended = new LinkedHashSet<>();
    if (bug == Planted.BREAKER_FAILS_CALLS) {
      barred(before).forEach(call -> ended.add(call.id().invocation()));
    }
    List<Command> commands = new ArrayList<>();
    ended.forEach(id -> commands.add(new Command.Cancel(id, "its function does not answer")));
    return commands;
  }

  /** What waits until something answers. */
  static Stream<Call> barred(Image image) {
    Map<InvocationId, String> compositions = new LinkedHashMap<>();
    image.invocations().stream()
        .map(Invocation::submission)
        .forEach(each -> compositions.put(each.id(), each.composition().name()));
    return image.calls().stream()
        .filter(call -> call.state() == Call.State.QUEUED)
        .filter(
            call ->
                image.breakers().stream()
                    .filter(its -> its.pauseMicros() > 0)
                    .filter(its -> !its.probe().equals(Optional.of(call.id())))
                    .anyMatch(
                        its ->
                            its.circuit()
                                .equals(
                                    Fuses.circuit(
                                        call,
                                        compositions.getOrDefault(call.id().invocation(), "")))));
  }
}
