package io.corale.scheduler;

import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Retention;
import io.corale.model.SealedSecret;
import io.corale.model.ServiceClass;
import io.corale.model.Terms;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * What may be asked of an owner's scheduler through its log. Every command is idempotent by itself
 * (rule 22) and applying one never fails: a bad one has a {@link Result.Refused}.
 */
public sealed interface Command {
  /** The distinct payloads in it that are too large for an entry, in their order (rule 33). */
  default List<Payload> texts() {
    return CommandTexts.of(this);
  }

  /** The same command as it stands in an entry: it refers to its texts. */
  default Command referring() {
    return CommandTexts.referring(this);
  }

  /** The same command with what is known in the place of each reference. */
  default Command resolved(Function<Payload.Reference, Payload> known) {
    return CommandTexts.resolved(this, known);
  }

  /** The first entry of a cell's life. */
  record Opened(CellId cell, long epoch) implements Command {}

  /**
   * A composition version that invocations may name, in canonical form; idempotent by name.
   *
   * @param tellsIn the namespace in which its invocations tell of themselves; empty where they do
   *     not
   * @param wantsIncidents whether what fails in its invocations waits for a person where nothing
   *     catches it (ADR 39); once it was said, it stays so
   */
  record Define(
      CompositionRef composition,
      Payload canonical,
      Optional<String> tellsIn,
      boolean wantsIncidents)
      implements Command {
    /** One of which nothing waits for a person. */
    public Define(CompositionRef composition, Payload canonical, Optional<String> tellsIn) {
      this(composition, canonical, tellsIn, false);
    }

    /** One whose invocations tell nothing of themselves either. */
    public Define(CompositionRef composition, Payload canonical) {
      this(composition, canonical, Optional.empty());
    }
  }

  /** A provider account with its tree of limits; idempotent by its version. */
  record Configure(Account account) implements Command {}

  /** A secret of the owner, or its removal; idempotent by its version. */
  record Entrust(SealedSecret secret) implements Command {}

  /**
   * A new invocation; idempotent by id.
   *
   * @param deadlineMicros from the entry's cell time; 0 where the caller set none
   * @param receiptMicros how long its receipt lives, from the entry's cell time (rule 24)
   * @param rankMicros expected duration of the whole composition, computed by the superpeer
   * @param transition of the new root branch (number 0, step 0) up to its first waiting point
   * @param wantsIncidents whether what fails in it waits for a person where nothing catches it,
   *     even if its composition does not want that (ADR 39)
   */
  record Submit(
      InvocationId invocation,
      CompositionRef composition,
      Payload input,
      String caller,
      SortedMap<String, String> labels,
      Optional<InvocationId> parent,
      ServiceClass serviceClass,
      long deadlineMicros,
      long receiptMicros,
      long rankMicros,
      Transition transition,
      long acceptedWallMillis,
      String traceParent,
      boolean wantsIncidents)
      implements Command {
    /** As its composition wants it. */
    public Submit(
        InvocationId invocation,
        CompositionRef composition,
        Payload input,
        String caller,
        SortedMap<String, String> labels,
        Optional<InvocationId> parent,
        ServiceClass serviceClass,
        long deadlineMicros,
        long receiptMicros,
        long rankMicros,
        Transition transition,
        long acceptedWallMillis,
        String traceParent) {
      this(
          invocation,
          composition,
          input,
          caller,
          labels,
          parent,
          serviceClass,
          deadlineMicros,
          receiptMicros,
          rankMicros,
          transition,
          acceptedWallMillis,
          traceParent,
          false);
    }

    /** The same with another input and transition. */
    Submit with(Payload otherInput, Transition other) {
      return new Submit(
          invocation,
          composition,
          otherInput,
          caller,
          labels,
          parent,
          serviceClass,
          deadlineMicros,
          receiptMicros,
          rankMicros,
          other,
          acceptedWallMillis,
          traceParent,
          wantsIncidents);
    }
  }

  /**
   * The outcome of an attempt and what the branch does next; idempotent by attempt: its first
   * outcome wins (rule 18).
   *
   * @param durationMicros as its executor measured it; feeds the estimate of the service time
   * @param jitter 0 to 1023, drawn by the superpeer; spreads the delay before a retry
   * @param transition empty where none was computed; the outcome is applied in any case
   */
  record Settle(
      AttemptId attempt,
      Outcome outcome,
      long durationMicros,
      int jitter,
      Optional<Transition> transition)
      implements Command {
    /** The same with this in the place of its transition. */
    Settle with(Optional<Transition> other) {
      return new Settle(attempt, outcome, durationMicros, jitter, other);
    }
  }

  /** What a branch does with the signal that was pending at it. */
  record Advance(InvocationId invocation, Transition transition) implements Command {}

  /**
   * An event, for all who listen in the cell or for one invocation; idempotent by its source and
   * id, and by whom it is addressed to.
   *
   * @param to the invocation that it is addressed to, which keeps it until it is taken
   * @param receiptMicros how long it is remembered, from the entry's cell time
   */
  record Announce(Event event, Optional<InvocationId> to, long receiptMicros) implements Command {}

  /** How long ended invocations stay readable beyond their receipts; the last one counts. */
  record Retain(Retention retention) implements Command {}

  /** What the scheduler takes on, and how it divides it (ADR 33); idempotent by its version. */
  record Agree(Terms terms) implements Command {}

  /** Nothing but time. */
  record Tick() implements Command {}

  /** Ends an invocation; idempotent. */
  record Cancel(InvocationId invocation, String reason) implements Command {}

  /** The first entry of a new superpeer (rule 9). */
  record TakeOver(Executor executor) implements Command {}

  /**
   * Nobody answers for this earlier executor, or another life of its node does: what it had in
   * flight at accounts that retry fast waits for no fence (rule 12); idempotent.
   */
  record Crashed(Executor executor) implements Command {}

  /** Proof that a leased attempt no longer runs. */
  record Proved(AttemptId attempt) implements Command {}

  /**
   * That a composition runs by itself, or does so no more; the highest version of each wins.
   *
   * @param wallMillis what the wall clock says
   */
  record Schedule(io.corale.scheduler.Schedule.Plan plan, long wallMillis) implements Command {}

  /**
   * When a schedule is due next, as the superpeer's calendar and clock say (rule 8); of no effect
   * in another turn of it.
   *
   * @param micros from the entry's cell time
   * @param wallMillis what the wall clock is taken to say then
   */
  record Aim(String name, long turn, long micros, long wallMillis) implements Command {}

  /**
   * Stops the schedule of a composition, or starts it again; idempotent.
   *
   * @param wallMillis what the wall clock says
   */
  record Halt(String name, boolean isStopped, long wallMillis) implements Command {}

  /**
   * Whether an event is for the schedule that has heard it, as only the interpreter can tell; of no
   * effect for another event than the one that it is to be told of.
   *
   * @param composition with whose filters it was compared
   * @param mail the sequence of the event
   */
  record Compared(CompositionRef composition, long mail, Verdict verdict) implements Command {
    /** What came of it. */
    public sealed interface Verdict {
      /** It fits no filter that lacks one. */
      record Passed() implements Verdict {}

      /** Nobody could tell. */
      record Failed() implements Verdict {}

      /**
       * It fits.
       *
       * @param part the sequence of the first event of its set; {@link #NEW} where it begins one
       * @param filter which filter it fits, from 0
       * @param expected what the interpreter wants of further events of the set
       */
      record Taken(long part, int filter, Payload expected) implements Verdict {
        public static final long NEW = 0;
      }
    }
  }

  /** Has every replica measure its state as this entry leaves it (rule 39). */
  record Check() implements Command {}

  /**
   * What the replicas measured at a check, for each to judge itself by (rule 39). Changes nothing.
   *
   * @param index of the entry with the check
   * @param members of the group by then
   * @param isFinal whether those that have not answered are waited for no more
   * @param digests of those that had answered
   */
  record Verdict(long index, int members, boolean isFinal, Map<NodeId, Long> digests)
      implements Command {
    public Verdict {
      digests = Collections.unmodifiableMap(new LinkedHashMap<>(digests));
    }

    /** What a replica is to make of its own measurement. */
    public enum Judgement {
      /** It is what most members measured. */
      AGREES,
      /** Most members measured something else. */
      DIFFERS,
      /** The members measured different things, and none of them is what most did. */
      SPLIT,
      /** Too few have answered. */
      OPEN
    }

    /**
     * Judges what a member has measured. That counts in place of what it was heard to say: it may
     * have been away, or have said that in an earlier life, of a state which it has lost since.
     */
    public Judgement of(NodeId self, long own) {
      return digests.containsKey(self) || digests.size() < members
          ? with(self, own).of(own)
          : of(own);
    }

    private Verdict with(NodeId self, long own) {
      Map<NodeId, Long> all = new LinkedHashMap<>(digests);
      all.put(self, own);
      // Where all that were heard agree, nothing was decided that could be the last word.
      return new Verdict(index, members, isFinal && !isUnanimous(), all);
    }

    private Judgement of(long own) {
      OptionalLong common = common();
      if (common.isPresent()) {
        return common.getAsLong() == own ? Judgement.AGREES : Judgement.DIFFERS;
      }
      return isUnanimous() || (mayBecomeCommon() && !isFinal) ? Judgement.OPEN : Judgement.SPLIT;
    }

    /** Whether members differ, and who is right depends on those that have not answered. */
    boolean leavesDoubt() {
      return common().isEmpty() && !isUnanimous() && mayBecomeCommon();
    }

    /** Whether all that have answered measured the same. */
    public boolean isUnanimous() {
      return digests.values().stream().distinct().count() <= 1;
    }

    /** What more than half of the members measured. */
    private OptionalLong common() {
      return digests.values().stream()
          .filter(digest -> 2 * count(digest) > members)
          .mapToLong(Long::longValue)
          .findFirst();
    }

    /** Whether those that have not answered could make more than half of some. */
    private boolean mayBecomeCommon() {
      int silent = members - digests.size();
      return digests.values().stream().anyMatch(digest -> 2 * (count(digest) + silent) > members);
    }

    private long count(long digest) {
      return digests.values().stream().filter(other -> other == digest).count();
    }
  }

  /**
   * All members can read this format, and what takes it may be said from now on (rule 36); it is
   * never taken back.
   */
  record ActivateVersion(int format) implements Command {}

  /**
   * A piece of a text, which goes before the commands that refer to it (rule 33); idempotent by its
   * offset.
   *
   * @param offset of its first byte in the text
   * @param forNewWork whether only new work refers to it, which may not use up what running work
   *     needs
   */
  record Part(Payload.Reference text, int offset, boolean forNewWork, ByteString bytes)
      implements Command {
    /** So that an entry has room for others beside it. */
    public static final int MAX_BYTES = 64 * 1024;

    public Part {
      if (bytes.isEmpty() || bytes.size() > MAX_BYTES) {
        throw new IllegalArgumentException(
            "a part has from 1 to %d bytes, not %d".formatted(MAX_BYTES, bytes.size()));
      }
      if (offset < 0 || offset > text.sizeBytes() - bytes.size()) {
        throw new IllegalArgumentException(
            "%d bytes from %d on are not within %s".formatted(bytes.size(), offset, text));
      }
    }

    @Override
    public String toString() {
      return "Part[%s from %d on, of the %s]".formatted(bytes.size() + " bytes", offset, text);
    }
  }

  /**
   * What an owner wants of what runs (ADR 32). It looks through all that it concerns, so no two of
   * them stand in an entry.
   *
   * <p>Two that undo each other must not be applied in another order than that in which they were
   * asked for, and what is asked for may be on several ways at once. So each has its time: whoever
   * asks looks at the clock of the cell first. What comes later than said is refused, and so is
   * what comes after one that has a later time.
   */
  sealed interface Control extends Command {
    /** Longer than copies of the same are on their way. */
    long TIMELY_MICROS = 30_000_000;

    /** No cell has told a later time: of askers at the same moment each has another. */
    long FARTHEST_MICROS = TIMELY_MICROS + 10_000_000;

    /** As long as whoever may ask are named. */
    int MAX_BY_CHARS = 128;

    /** Who asks for it. */
    String by();

    /**
     * Cell time after which it is of no effect; also the order in which several were asked for. Two
     * that have the same one are copies of each other.
     */
    long untilMicros();

    private static void requireBy(String by) {
      if (by.length() > MAX_BY_CHARS) {
        throw new IllegalArgumentException(
            "who asks is named by at most %d characters, not %d"
                .formatted(MAX_BY_CHARS, by.length()));
      }
    }
  }

  /**
   * Has nothing start of a target, or lets it go on; idempotent within its time.
   *
   * @param reason for a person; may be empty
   */
  record Hold(Target target, boolean isHeld, String by, String reason, long untilMicros)
      implements Control {
    /** A line or two for a person. */
    public static final int MAX_REASON_CHARS = 500;

    public Hold {
      Control.requireBy(by);
      if (reason.length() > MAX_REASON_CHARS) {
        throw new IllegalArgumentException(
            "a reason has at most %d characters, not %d"
                .formatted(MAX_REASON_CHARS, reason.length()));
      }
    }

    /** What is held. */
    public sealed interface Target {
      /** One invocation, with those that it awaits. */
      record OfInvocation(InvocationId invocation) implements Target {}

      /** All invocations of all versions of a composition, with those that they await. */
      record OfComposition(String name) implements Target {
        public OfComposition {
          CompositionRef.requireName(name);
        }
      }

      /** All of the cell. */
      record OfOwner() implements Target {}
    }
  }

  /**
   * Gives an invocation that runs another class, another deadline, or both; of two the last one
   * counts.
   *
   * @param serviceClass empty where it stays
   * @param deadlineMicros from the entry's cell time; empty where it is what the class allows
   */
  record Prioritize(
      InvocationId invocation,
      Optional<ServiceClass> serviceClass,
      OptionalLong deadlineMicros,
      String by,
      long untilMicros)
      implements Control {
    public Prioritize {
      Control.requireBy(by);
      if (serviceClass.isEmpty() && deadlineMicros.isEmpty()) {
        throw new IllegalArgumentException("a priority is a class, a deadline, or both");
      }
      if (deadlineMicros.isPresent() && deadlineMicros.getAsLong() < 1) {
        throw new IllegalArgumentException(
            "a deadline is a microsecond ahead or more, not " + deadlineMicros.getAsLong());
      }
    }
  }

  /**
   * What a person wants done with a call that has failed for good (ADR 39); of no effect unless it
   * waits for that.
   *
   * @param incident its number
   */
  record Resolve(
      InvocationId invocation, long incident, Resolution what, String by, long untilMicros)
      implements Control {
    public Resolve {
      Control.requireBy(by);
      if (incident < 1) {
        throw new IllegalArgumentException("incidents are numbered from 1, not " + incident);
      }
    }

    /** What its call is to have in place of what it had, if it is tried again so. */
    public Optional<Payload> arguments() {
      return what instanceof Resolution.Retry retry ? retry.arguments() : Optional.empty();
    }

    /** Whether nobody tries it again. */
    public boolean isGivingUp() {
      return what instanceof Resolution.GiveUp;
    }

    /** What is done. */
    public sealed interface Resolution {
      /**
       * The call is tried again.
       *
       * @param arguments empty: as it was, under its own name; with others it is another call, for
       *     a provider may have done something for the first
       */
      record Retry(Optional<Payload> arguments) implements Resolution {}

      /** The failure takes its course. */
      record GiveUp() implements Resolution {}
    }
  }

  /** Of who the members of the cell are (ADR 41): rule 27. */
  sealed interface Relocation extends Command {}

  /**
   * Begins a move: a change of the cell's members, which whoever leads goes on with or undoes. One
   * at a time is open; idempotent by its token while it is.
   *
   * @param token names it; another one than that of the move before
   * @param before who the members are, as far as who asks knows; in the order of their nodes
   * @param add who become members; in the order of their nodes
   * @param remove which member becomes none
   */
  record Relocate(String token, List<Member> before, List<Member> add, Optional<NodeId> remove)
      implements Relocation {
    public Relocate {
      Membership.requireToken(token);
      before = Membership.requireMembers(before);
      add = Membership.requireAdded(add);
    }
  }

  /**
   * Ends a move; of no effect unless it is the open one.
   *
   * @param configuration index of the configuration of the Raft group that is as the members are
   *     now
   */
  record Relocated(String token, End end, long configuration) implements Relocation {
    /** What came of a move. */
    public enum End {
      /** The members are those that it was for. */
      DONE,
      /** They are those that they were before it. */
      UNDONE
    }

    public Relocated {
      Membership.requireToken(token);
      Membership.requireConfiguration(configuration);
    }
  }

  /**
   * Nothing is left of the replica that a node had when it was no member any more; of no effect if
   * it became none later than that.
   *
   * @param configuration index of the configuration of the Raft group of which the replica knew
   */
  record Cleaned(NodeId node, long configuration) implements Relocation {
    public Cleaned {
      Membership.requireConfiguration(configuration);
    }
  }

  /** An entry that only orders: what was acknowledged before it is applied when it is (rule 26). */
  record Barrier() implements Command {}
}
