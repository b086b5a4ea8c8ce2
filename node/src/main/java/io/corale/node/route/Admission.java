package io.corale.node.route;

import static io.corale.node.route.Journey.refused;

import io.corale.flow.Beginning;
import io.corale.flow.Composition;
import io.corale.flow.Interpreter;
import io.corale.flow.Plan;
import io.corale.flow.Ranks;
import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.ServiceClass;
import io.corale.node.cell.Cell;
import io.corale.node.door.Caller;
import io.corale.node.step.Compositions;
import io.corale.node.step.Plans;
import io.corale.node.thread.Aside;
import io.corale.node.thread.FairPool;
import io.corale.node.thread.Narrows;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Result;
import io.corale.scheduler.Urgency;
import io.corale.wire.Common;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Turns a caller's submit into the command that the log carries: checks every field, pins the
 * version, has the composition walked up to its first waiting point. Thread-safe.
 */
final class Admission {
  private static final int MAX_LABELS = 16;
  private static final int MAX_LABEL_CHARS = 128;
  private static final int MAX_TRACE_PARENT_CHARS = 64;

  private final Compositions compositions;
  private final Furnishing furnishing;
  private final FairPool<OwnerId> evaluation;
  private final Narrows narrows;
  private final Clock wall;
  private final AdmissionWatch watch;

  /**
   * @param evaluation where compositions are walked; refuses by {@link RejectedExecutionException}
   *     when it has enough to do
   * @param narrows lets few large ones be walked at once
   */
  Admission(
      Compositions compositions,
      Furnishing furnishing,
      FairPool<OwnerId> evaluation,
      Narrows narrows,
      Clock wall,
      AdmissionWatch watch) {
    this.compositions = compositions;
    this.furnishing = furnishing;
    this.evaluation = evaluation;
    this.narrows = narrows;
    this.wall = wall;
    this.watch = watch;
  }

  /** Submits; throws {@link IllegalArgumentException} for a field that is wrong in itself. */
  CompletableFuture<Door.Response.Builder> admit(Cell cell, Door.Request request, Caller caller) {
    return decide(cell, request, caller)
        .whenComplete(
            (answer, failure) -> {
              if (failure == null && answer.hasRefused()) {
                see(cell, answer.getRefused());
              }
            });
  }

  private void see(Cell cell, Common.Refusal refusal) {
    if (refusal.getCode() == Common.Refusal.Code.OVERLOADED) {
      watch.overloaded(cell.id().owner(), Shortage.of(refusal.getMessage()).word());
    }
  }

  private CompletableFuture<Door.Response.Builder> decide(
      Cell cell, Door.Request request, Caller caller) {
    Door.Submit submit = request.getSubmit();
    InvocationId id = Desk.id("submit.invocation", submit.getInvocation());
    if (id.isDerived()) {
      throw new IllegalArgumentException(
          "submit.invocation '" + id + "' has a '~': only a cell gives such ids");
    }
    // Before anything else is looked at: a cell that is overloaded has no time for it (P12). So
    // what is wrong in itself is told that as well, and hears the reason once there is room.
    Optional<Refusal> shortage =
        cell.shortage().or(() -> cell.read(scheduler -> scheduler.shortage(id)));
    if (shortage.isPresent()) {
      return done(shortage.get());
    }
    Payload input =
        submit.hasInput()
            ? Decode.in("submit.input", () -> Decode.payload(submit.getInput()))
            : Payload.NULL;
    Optional<Refusal> tooLarge = tooLarge(cell, input);
    if (tooLarge.isPresent()) {
      return done(tooLarge.get());
    }
    long now = wall.millis();
    long retryUntil = Remembering.until(now, submit.getRetryUntilMillis());
    Optional<Refusal> untimely = Remembering.untimely("submit", now, retryUntil);
    if (untimely.isPresent()) {
      return done(untimely.get());
    }
    Draft draft =
        new Draft(
            id,
            input,
            caller.subject(),
            labels(submit),
            submit.getParent().isEmpty()
                ? Optional.empty()
                : Optional.of(Desk.id("submit.parent", submit.getParent())),
            submit.getServiceClassValue() == 0
                ? ServiceClass.STANDARD
                : Decode.serviceClass(submit.getServiceClassValue()),
            Decode.atLeastZero("submit.deadline_millis", submit.getDeadlineMillis()) * 1_000,
            Remembering.micros(now, retryUntil),
            now,
            traceParent(request),
            submit.getIncidents());
    return pin(cell, submit)
        .thenCompose(
            pinned ->
                pinned.isEmpty()
                    ? done(notPublished(cell, submit))
                    : evaluate(cell, pinned.get(), draft));
  }

  /** Large values travel in parts, which a log has words for from this format on. */
  private static Optional<Refusal> tooLarge(Cell cell, Payload input) {
    boolean hasParts = cell.activeFormat() >= Entry.TEXTS_FORMAT;
    int most = hasParts ? Payload.MAX_BYTES : Payload.MAX_INLINE_BYTES;
    if (input.sizeBytes() <= most) {
      return Optional.empty();
    }
    String until =
        hasParts ? "" : " until all members of its cell read format " + Entry.TEXTS_FORMAT;
    return Optional.of(
        Refusal.of(
            Refusal.Code.TOO_LARGE,
            "submit.input has " + input.sizeBytes() + " bytes; the limit is " + most + until));
  }

  /** What a submit says, but for the composition. */
  private record Draft(
      InvocationId id,
      Payload input,
      String caller,
      SortedMap<String, String> labels,
      Optional<InvocationId> parent,
      ServiceClass serviceClass,
      long deadlineMicros,
      long receiptMicros,
      long wallMillis,
      String traceParent,
      boolean wantsIncidents) {}

  private static SortedMap<String, String> labels(Door.Submit submit) {
    SortedMap<String, String> labels = new TreeMap<>(submit.getLabelsMap());
    if (labels.size() > MAX_LABELS) {
      throw new IllegalArgumentException(
          "submit.labels: at most " + MAX_LABELS + ", got " + labels.size());
    }
    labels.forEach(
        (key, value) -> {
          if (key.isEmpty() || key.length() > MAX_LABEL_CHARS || value.length() > MAX_LABEL_CHARS) {
            throw new IllegalArgumentException(
                "submit.labels: keys have 1 to, values at most " + MAX_LABEL_CHARS + " characters");
          }
        });
    return labels;
  }

  private static String traceParent(Door.Request request) {
    String trace = request.getEnvelope().getTraceParent();
    if (trace.length() > MAX_TRACE_PARENT_CHARS) {
      throw new IllegalArgumentException(
          "envelope.trace_parent has more than " + MAX_TRACE_PARENT_CHARS + " characters");
    }
    return trace;
  }

  /**
   * The named version, or the highest release; read again from the registry where it is not here.
   */
  private CompletableFuture<Optional<CompositionRef>> pin(Cell cell, Door.Submit submit) {
    Optional<CompositionRef> here = defined(cell, submit);
    if (here.isPresent()) {
      return CompletableFuture.completedFuture(here);
    }
    return furnishing.furnish(cell).thenApply(index -> defined(cell, submit));
  }

  private static Optional<CompositionRef> defined(Cell cell, Door.Submit submit) {
    if (!submit.getVersion().isEmpty()) {
      CompositionRef named =
          Decode.in(
              "submit.composition",
              () -> new CompositionRef(submit.getComposition(), submit.getVersion()));
      return cell.read(s -> s.composition(named)).map(canonical -> named);
    }
    return Compositions.highestRelease(cell, submit.getComposition());
  }

  private static Refusal notPublished(Cell cell, Door.Submit submit) {
    String wanted =
        submit.getVersion().isEmpty()
            ? "'" + submit.getComposition() + "' (any release)"
            : "'" + submit.getComposition() + ":" + submit.getVersion() + "'";
    return Refusal.of(
        Refusal.Code.NOT_FOUND,
        "owner '" + cell.id().owner() + "' has not published composition " + wanted);
  }

  private CompletableFuture<Door.Response.Builder> evaluate(
      Cell cell, CompositionRef ref, Draft draft) {
    CompletableFuture<Command> command;
    OwnerId owner = cell.id().owner();
    Executor threads = evaluation.of(owner);
    boolean isLarge = draft.input.sizeBytes() > Aside.LARGE_BYTES;
    try {
      command =
          CompletableFuture.supplyAsync(
              () -> command(cell, ref, draft),
              isLarge ? task -> narrows.pass(owner, threads, task) : threads);
    } catch (RejectedExecutionException e) {
      return done(
          Refusal.later(
              Refusal.Code.OVERLOADED,
              "node: too much waits to be evaluated on it",
              Duration.ofMillis(200)));
    }
    return command
        .thenCompose(submit -> cell.propose(submit, Urgency.NEW))
        .thenApply(
            reply ->
                Desk.answer(
                    reply,
                    applied -> accepted(cell, ref, draft, applied.result(), applied.index())));
  }

  private Command command(Cell cell, CompositionRef ref, Draft draft) {
    Composition composition = compositions.of(cell, ref).orElseThrow();
    Plan plan = Plans.of(cell, compositions);
    Command submit =
        new Command.Submit(
            draft.id,
            ref,
            draft.input,
            draft.caller,
            draft.labels,
            draft.parent,
            draft.serviceClass,
            draft.deadlineMicros,
            draft.receiptMicros,
            Ranks.whole(composition, plan),
            Interpreter.begin(
                composition, new Beginning(draft.id, draft.input, draft.wallMillis), plan),
            draft.wallMillis,
            draft.traceParent,
            draft.wantsIncidents);
    submit.texts().forEach(Payload::reference); // Here, and not where the cell waits for it.
    return submit;
  }

  private static Door.Response.Builder accepted(
      Cell cell, CompositionRef ref, Draft draft, Result result, long index) {
    Door.Accepted.Builder accepted =
        Door.Accepted.newBuilder()
            .setInvocation(draft.id.value())
            .setCell(cell.id().number())
            .setIndex(index)
            .setIncidents(cell.read(scheduler -> scheduler.wantsIncidents(draft.id)))
            .setComposition(Encode.composition(ref));
    if (result instanceof Result.Known known) {
      accepted.setKnownAlready(true).setComposition(Encode.composition(known.composition()));
    }
    return Door.Response.newBuilder().setAccepted(accepted);
  }

  private static CompletableFuture<Door.Response.Builder> done(Refusal refusal) {
    return CompletableFuture.completedFuture(refused(refusal));
  }
}
