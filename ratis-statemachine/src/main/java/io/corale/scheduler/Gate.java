package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * What a superpeer may say in the log: nothing that takes a newer format than the one that is
 * active, whatever its build knows (rule 36). It is the one place at which that is decided: what is
 * asked for, by others or by the superpeer itself, is fitted to it; steps and outcomes, of which
 * none takes more than every build reads but for texts, by which what makes them goes, and with
 * them all else that goes into an entry, pass it at the end.
 *
 * <pre>
 * base ──all members read more, as far as was heard──▶ activation asked for ──applied──▶ active
 * </pre>
 *
 * <p>Below format 5 there are no checks and no verdicts, calls do not remember since when they
 * wait, crashes free nothing, and accounts that retry fast are strict. Below format 6 nothing can
 * be kept beyond its receipt. Below format 7 no payload is larger than what an entry holds. Below
 * format 8 accounts have no limits but on how many run at once. Below format 9 nothing is held, and
 * what runs keeps its priority. Below format 10 an owner agrees to no terms, and no call waits for
 * what it calls to answer. Below format 11 nothing that fails waits for a person. Below format 12
 * the members of a cell are those of its birth.
 */
final class Gate {
  private int active = Entry.BASE_FORMAT;

  /** What all members can read. */
  private int readable = Entry.BASE_FORMAT;

  /** What was asked for in this term. */
  private int asked = Entry.BASE_FORMAT;

  /** A term begins. */
  void begin() {
    asked = active;
  }

  /** All members can read this format, as far as was heard. */
  void heard(int format) {
    readable = Math.min(format, Entry.NEWEST_FORMAT);
  }

  /** The log says that this format is active. */
  void activated(int format) {
    active = Math.max(active, format);
  }

  /** What is to be proposed because all members can read more than is active; once in a term. */
  Optional<Command> activation() {
    if (readable <= active || readable <= asked) {
      return Optional.empty();
    }
    asked = readable;
    return Optional.of(new Command.ActivateVersion(readable));
  }

  /** Whether entries say that calls remember since when they wait. */
  boolean keepsWaits() {
    return active >= Entry.WAITS_FORMAT;
  }

  /** Whether commands may refer to texts, and those be sent before them (rule 33). */
  boolean admitsTexts() {
    return active >= Entry.TEXTS_FORMAT;
  }

  boolean admits(Command command) {
    return command instanceof Command.ActivateVersion
        || (Entry.format(command) <= active && (admitsTexts() || !CommandTexts.areIn(command)));
  }

  /**
   * Of a command that is to wait for its entry.
   *
   * @throws IllegalStateException if it takes a format that is not active, see {@link #passed}
   */
  void require(Command command) {
    if (!admits(command)) {
      throw new IllegalStateException(refusal(command).message());
    }
  }

  /** A command as an older build would have said it; empty where that had no words for it. */
  Optional<Command> fitting(Command command) {
    if (admits(command)) {
      return Optional.of(command);
    }
    Command plain = plain(command);
    return admits(plain) ? Optional.of(plain) : Optional.empty();
  }

  /** What somebody asks for themselves stays: it is refused, and nobody believes it was done. */
  private static Command plain(Command command) {
    if (command instanceof Command.Configure configure) {
      return new Command.Configure(configure.account().retryingAfterFences());
    }
    if (command instanceof Command.Define define) {
      return new Command.Define(define.composition(), define.canonical(), define.tellsIn());
    }
    if (command instanceof Command.Settle settle) {
      return settle.with(settle.transition().map(Transition::plain));
    }
    return command instanceof Command.Submit submit
        ? submit.with(submit.input(), submit.transition().plain())
        : command;
  }

  /** What a branch does next, as an older build would have said it. */
  Transition fitting(Transition transition) {
    return active >= Entry.INCIDENTS_FORMAT ? transition : transition.plain();
  }

  /**
   * An entry that is to be proposed.
   *
   * @throws IllegalStateException if it takes a format that is not active: a bug, which must not
   *     stop the members of an older build
   */
  Entry passed(Entry entry) {
    boolean activates =
        entry.commands().stream().anyMatch(Command.ActivateVersion.class::isInstance);
    if (entry.format() > active && !activates) {
      throw new IllegalStateException(
          "an entry of format %d, while %d is active".formatted(entry.format(), active));
    }
    return entry;
  }

  /** Why that which was not fitting cannot be asked for. */
  Refusal refusal(Command command) {
    List<Payload> texts = command.texts();
    if (!admitsTexts() && !texts.isEmpty()) {
      return Refusal.of(
          Refusal.Code.TOO_LARGE,
          "a payload of %d bytes; at most %d are taken until all members of the cell read format %d"
              .formatted(texts.get(0).sizeBytes(), Payload.MAX_INLINE_BYTES, Entry.TEXTS_FORMAT));
    }
    return Refusal.of(
        Refusal.Code.UNSUPPORTED,
        "this takes format %d of the cell's log; format %d is active until all members read more"
            .formatted(Entry.format(command), active));
  }
}
