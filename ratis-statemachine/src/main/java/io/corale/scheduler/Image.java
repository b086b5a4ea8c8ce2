package io.corale.scheduler;

import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import io.corale.model.Retention;
import io.corale.model.SealedSecret;
import io.corale.model.Terms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All that a scheduler is, at one index: references of immutable records, so that it is taken in a
 * moment and encoded by a worker while the scheduler goes on (rule 35). Trees, timers and counters
 * are rebuilt from it. The order of each list is state.
 *
 * <p>What a scheduler has many of comes in {@link FrozenPages}: one reference is taken for each
 * page. Accounts and secrets, of which a cell keeps some hundreds at most, are copied. Immutable,
 * and safe to hand to another thread.
 */
public record Image(
    Header header,
    List<Definition> definitions,
    List<Configured> accounts,
    List<SealedSecret> secrets,
    List<Estimate> estimates,
    List<Invocation> invocations,
    List<Branch> branches,
    List<Call> calls,
    List<Slot> slots,
    List<Schedule> schedules,
    List<Announced> announced,
    List<Upload> uploads,
    List<Hold> holds,
    List<Breaker> breakers,
    List<Incident> incidents) {
  public Image {
    definitions = unchanging(definitions);
    accounts = unchanging(accounts);
    secrets = unchanging(secrets);
    estimates = unchanging(estimates);
    invocations = unchanging(invocations);
    branches = unchanging(branches);
    calls = unchanging(calls);
    slots = unchanging(slots);
    schedules = unchanging(schedules);
    announced = unchanging(announced);
    uploads = unchanging(uploads);
    holds = unchanging(holds);
    breakers = unchanging(breakers);
    incidents = unchanging(incidents);
  }

  /** Whether records refer to texts, which stand by themselves. */
  public boolean keepsTexts() {
    return header.activeFormat() >= Entry.TEXTS_FORMAT;
  }

  /** The texts of the records, each once, in the order in which these name them first. */
  public List<Payload> texts() {
    Map<ByteString, Payload> texts = new LinkedHashMap<>();
    Consumer<Payload> found = text -> texts.putIfAbsent(text.reference().sha256(), text);
    invocations.forEach(invocation -> invocation.texts(found));
    branches.forEach(branch -> branch.texts(found));
    calls.forEach(call -> call.texts(found));
    incidents.forEach(incident -> incident.texts(found));
    return List.copyOf(texts.values());
  }

  /** What cannot change any more costs nothing to take. */
  private static <T> List<T> unchanging(List<T> list) {
    return list instanceof FrozenPages ? list : List.copyOf(list);
  }

  /**
   * Where the log stood.
   *
   * @param format which it takes to read this: the newest of all entries so far (rule 36)
   * @param activeFormat which entries may have from now on
   * @param lastSequence the last number given to an invocation, call, slot, timer or ear of a
   *     branch, or event
   * @param tailFrom the first entry that filled a slot which the executor has not seen filled; 0:
   *     there is none (rule 12)
   * @param chain of all that was decided since the first check; 0 before it
   * @param retention how long ended invocations stay readable beyond their receipts
   * @param controlled the latest of what the owner wanted of what runs
   * @param admission what is taken on, and what is counted for it
   * @param membership who the members are
   */
  public record Header(
      int format,
      int activeFormat,
      Optional<CellId> cell,
      long epoch,
      long appliedTerm,
      long appliedIndex,
      long cellTimeMicros,
      Optional<Executor> executor,
      long lastSequence,
      long tailFrom,
      long chain,
      Retention retention,
      Controlled controlled,
      Admission admission,
      Membership membership) {}

  /**
   * What is taken on, and what is counted for it (ADR 33).
   *
   * @param submits accepted lately; empty where their rate is not limited
   */
  public record Admission(Terms terms, Optional<ScopeState.Rate> submits, Drained drained) {
    /** Where nothing was agreed, and nothing is counted. */
    public static final Admission NONE =
        new Admission(Terms.STANDARD, Optional.empty(), Drained.NOTHING);

    public Admission {
      if (submits.isPresent() != terms.limitsSubmits()) {
        throw new IllegalArgumentException(
            "submits are counted where their rate is limited, and only there");
      }
    }
  }

  /**
   * How fast calls start.
   *
   * @param second of cell time, in which something started last
   * @param starts in that second
   * @param scaled starts per second before it, times 256
   */
  public record Drained(long second, int starts, long scaled) {
    static final Drained NOTHING = new Drained(0, 0, 0);

    public Drained {
      if (second < 0 || starts < 0 || scaled < 0) {
        throw new IllegalArgumentException("a rate of starts is never negative");
      }
    }
  }

  /**
   * A composition version in canonical form.
   *
   * @param tellsIn the namespace in which its invocations tell of themselves
   * @param wantsIncidents whether what fails in them waits for a person
   */
  public record Definition(
      CompositionRef composition,
      Payload canonical,
      Optional<String> tellsIn,
      boolean wantsIncidents) {}

  /**
   * An account.
   *
   * @param index of the log entry that configured it last
   * @param turn dispatches so far, modulo the share of the late lane
   * @param limits what is known of scopes that are limited by more than slots
   * @param retriesSpent of its retries, in hundredths of one (ADR 34)
   */
  public record Configured(
      Account account, long index, int turn, List<ScopeState> limits, int retriesSpent) {
    public Configured {
      limits = List.copyOf(limits);
    }
  }

  /**
   * What is held beside single invocations.
   *
   * @param composition empty: all of the owner
   */
  public record Hold(Optional<String> composition, Held held) {}

  /**
   * The learned duration of a function.
   *
   * @param scaledMicros microseconds times 256
   */
  public record Estimate(String function, long scaledMicros) {}
}
