package io.corale.scheduler.ratis;

import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Measured;
import java.util.stream.Collectors;

/** This replica's state is not the one that its cell has: it must not serve, or vote, any more. */
public final class DivergedState extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean isAlone;

  DivergedState(Command.Verdict verdict, Measured own, Judgement judgement) {
    super(
        "at its entry %d it came to %016x; all that answered: %s (of %d members)"
            .formatted(own.index(), own.digest(), words(verdict), verdict.members()));
    this.isAlone = judgement == Judgement.DIFFERS;
  }

  /** Whether most of the others agree; else nobody knows who is right. */
  public boolean isAlone() {
    return isAlone;
  }

  private static String words(Command.Verdict verdict) {
    return verdict.digests().entrySet().stream()
        .map(each -> "%s %016x".formatted(each.getKey(), each.getValue()))
        .collect(Collectors.joining(", "));
  }
}
