package io.corale.node.route;

import static io.corale.node.route.Journey.refused;
import static io.corale.node.route.Journey.unknown;

import io.corale.model.Account;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Reply;
import io.corale.node.door.Caller;
import io.corale.node.thread.Aside;
import io.corale.scheduler.Command;
import io.corale.scheduler.InvocationView;
import io.corale.scheduler.Result;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.wire.SettleCodec;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a superpeer does with a request about its cell. Rights are checked here again, because the
 * entry node may be wrong about them. Thread-safe; answers come on any thread.
 */
final class Desk implements Serving {
  private final Admission admission;
  private final EventAdmission events;
  private final Furnishing furnishing;
  private final Control control;
  private final TermsDesk terms;
  private final AskingViews asking;
  private final Aside aside;
  private final ExplainDesk explaining;
  private final Clock wall;

  /**
   * @param aside where large outcomes are read, and calls are explained
   */
  Desk(
      Admission admission,
      EventAdmission events,
      Furnishing furnishing,
      TermsDesk terms,
      AskingViews asking,
      Aside aside,
      Clock wall) {
    this.admission = admission;
    this.events = events;
    this.furnishing = furnishing;
    this.control = new Control(furnishing, aside);
    this.terms = terms;
    this.asking = asking;
    this.aside = aside;
    this.explaining = new ExplainDesk(aside);
    this.wall = wall;
  }

  @Override
  public Runnable serve(
      Cell cell, Door.Request request, Caller caller, Consumer<Door.Response> responses) {
    Right needed = Intake.rightFor(request.getWhatCase());
    Optional<Refusal> forbidden = caller.lacks(needed, cell.id().owner());
    if (forbidden.isPresent()) {
      responses.accept(refused(forbidden.get()).build());
      return () -> {};
    }
    try {
      return switch (request.getWhatCase()) {
        case SUBMIT -> submit(cell, request, caller, responses);
        case ANNOUNCE -> announce(cell, request.getAnnounce(), responses);
        case AWAIT ->
            await(
                cell,
                id("await.invocation", request.getAwait().getInvocation()),
                request.getAwait().getSeenIndex(),
                responses);
        case STATUS ->
            read(
                cell,
                request.getStatus().getSeenIndex(),
                request.getStatus().getInvocation(),
                responses,
                () -> status(cell, request.getStatus()));
        case TRACE ->
            read(
                cell,
                request.getTrace().getSeenIndex(),
                request.getTrace().getInvocation(),
                responses,
                () -> trace(cell, request.getTrace()));
        case EXPLAIN -> explaining.serve(cell, request.getExplain(), responses);
        case LIST ->
            read(
                cell,
                request.getList().getSeenIndex(),
                request.getList().getAfter(),
                responses,
                () -> Views.page(cell, request.getList()));
        case SCHEDULES ->
            read(
                cell,
                request.getSchedules().getSeenIndex(),
                "",
                responses,
                () -> Optional.of(ScheduleViews.of(cell)));
        case SHOW_RETENTION ->
            read(
                cell,
                request.getShowRetention().getSeenIndex(),
                "",
                responses,
                () -> Optional.of(retention(cell)));
        case RETAIN -> retain(cell, request.getRetain(), responses);
        case HALT_SCHEDULE -> halt(cell, request.getHaltSchedule(), responses);
        case HOLD, PRIORITIZE, RESOLVE_INCIDENT, SHOW_HOLDS, LIST_INCIDENTS ->
            control.serve(cell, request, caller, responses);
        case PUT_TERMS, SHOW_TERMS -> terms.serve(cell, request, responses);
        case CANCEL -> cancel(cell, request.getCancel(), caller, responses);
        case DELIVER -> deliver(cell, request.getDeliver(), responses);
        case SHOW_ACCOUNTS -> showAccounts(cell, request.getShowAccounts(), responses);
        case FIT -> fit(cell, request.getFit(), responses);
        case REFRESH -> refresh(cell, request.getRefresh(), responses);
        default ->
            throw new IllegalArgumentException("a cell does not answer " + request.getWhatCase());
      };
    } catch (IllegalArgumentException e) {
      responses.accept(
          refused(Refusal.of(Refusal.Code.INVALID, String.valueOf(e.getMessage()))).build());
      return () -> {};
    }
  }

  private Runnable submit(
      Cell cell, Door.Request request, Caller caller, Consumer<Door.Response> responses) {
    boolean awaitsEnd = request.getSubmit().getAwaitEnd();
    Waiting waiting = new Waiting();
    admission
        .admit(cell, request, caller)
        .whenComplete(
            (admitted, failure) -> {
              Door.Response.Builder response =
                  failure != null ? unknown("submit: " + failure.getMessage()) : admitted;
              boolean waits = awaitsEnd && response.hasAccepted();
              responses.accept(response.setMore(waits).build());
              if (waits) {
                InvocationId id = new InvocationId(response.getAccepted().getInvocation());
                waiting.on(cell.ended(id)).thenAccept(end -> answerEnd(end, id, responses));
              }
            });
    return waiting::letGo;
  }

  private static void answerEnd(
      Optional<Cell.Ended> end, InvocationId id, Consumer<Door.Response> responses) {
    responses.accept(
        end.map(how -> Views.ended(id, how))
            .orElseGet(() -> unknown("its superpeer was lost while invocation " + id + " ran"))
            .build());
  }

  private Runnable announce(Cell cell, Door.Announce asked, Consumer<Door.Response> responses) {
    events
        .admit(cell, asked)
        .whenComplete(
            (answer, failure) ->
                responses.accept(
                    (failure == null ? answer : unknown("announce: " + failure.getMessage()))
                        .build()));
    return () -> {};
  }

  private Runnable await(
      Cell cell, InvocationId id, long seenIndex, Consumer<Door.Response> responses) {
    Waiting waiting = new Waiting();
    waiting
        .on(cell.ended(id, seenIndex))
        .thenAccept(
            end -> {
              if (end.isPresent()) {
                responses.accept(Views.ended(id, end.get()).build());
              } else {
                // That there is none, how one of history ended, or anything by who has not come as
                // far as the caller has seen, may be said only after a barrier (rule 26). If there
                // is one by then that runs, the caller's journey comes back for
                // its end.
                read(
                    cell,
                    Long.MAX_VALUE,
                    id.value(),
                    responses,
                    () -> cell.read(s -> s.status(id).map(view -> ended(view, s.appliedIndex()))));
              }
            });
    return waiting::letGo;
  }

  private static Door.Response.Builder ended(InvocationView view, long index) {
    return view.ending()
        .map(ending -> Views.ended(view.id(), new Cell.Ended(ending, index)))
        .orElseGet(() -> unknown("invocation " + view.id() + " is known, ask again"));
  }

  /** The wait for an end that begins after the caller may have gone: two threads meet here. */
  private static final class Waiting {
    private boolean isLetGo;
    private Optional<CompletableFuture<?>> future = Optional.empty();

    synchronized <T> CompletableFuture<T> on(CompletableFuture<T> end) {
      future = Optional.of(end);
      if (isLetGo) {
        end.cancel(false);
      }
      return end;
    }

    synchronized void letGo() {
      isLetGo = true;
      future.ifPresent(end -> end.cancel(false));
    }
  }

  /**
   * Reads the applied state, after a barrier where the caller has seen a later index, or where the
   * answer would be that there is nothing (rule 26).
   *
   * @param invocation asked for by its id; empty where the answer is a list
   */
  static Runnable read(
      Cell cell,
      long seenIndex,
      String invocation,
      Consumer<Door.Response> responses,
      Supplier<Optional<Door.Response.Builder>> question) {
    if (cell.applied() >= seenIndex) {
      Optional<Door.Response.Builder> answer = question.get();
      if (answer.isPresent()) {
        responses.accept(answer.get().build());
        return () -> {};
      }
    }
    propose(
        cell.barrier(),
        responses,
        applied -> question.get().orElseGet(() -> refused(notThere(cell, invocation))));
    return () -> {};
  }

  static Refusal notThere(Cell cell, String invocation) {
    return Refusal.of(
        Refusal.Code.NOT_FOUND,
        "owner '%s' has no invocation '%s', or none that is remembered"
            .formatted(cell.id().owner(), invocation));
  }

  private static Optional<Door.Response.Builder> status(Cell cell, Door.Status asked) {
    InvocationId id = id("status.invocation", asked.getInvocation());
    return cell.read(s -> s.status(id).map(view -> Views.status(cell, view, s.appliedIndex())))
        .map(view -> Door.Response.newBuilder().setStatus(view));
  }

  private static Optional<Door.Response.Builder> trace(Cell cell, Door.Trace asked) {
    InvocationId id = id("trace.invocation", asked.getInvocation());
    return cell.read(s -> s.trace(id).map(view -> Views.trace(cell, view, s.appliedIndex())))
        .map(view -> Door.Response.newBuilder().setTrace(view));
  }

  private static Runnable cancel(
      Cell cell, Door.Cancel asked, Caller caller, Consumer<Door.Response> responses) {
    InvocationId id = id("cancel.invocation", asked.getInvocation());
    String reason =
        asked.getReason().isBlank() ? "cancelled by " + caller.subject() : asked.getReason();
    propose(
        cell.propose(new Command.Cancel(id, Views.shortened(reason)), Urgency.RESULT),
        responses,
        applied -> done(applied.index()));
    return () -> {};
  }

  private Runnable halt(Cell cell, Door.HaltSchedule asked, Consumer<Door.Response> responses) {
    Command.Halt halt = new Command.Halt(asked.getComposition(), asked.getStopped(), wall.millis());
    propose(cell.propose(halt, Urgency.RESULT), responses, applied -> done(applied.index()));
    return () -> {};
  }

  private static Door.Response.Builder retention(Cell cell) {
    return cell.read(
        scheduler ->
            Door.Response.newBuilder()
                .setRetention(
                    Door.RetentionReport.newBuilder()
                        .setRetention(Encode.retention(scheduler.retention()))
                        .setKept(scheduler.history())
                        .setKeptSizeBytes(scheduler.historyBytes())
                        .setIndex(scheduler.appliedIndex())));
  }

  private static Runnable retain(Cell cell, Door.Retain asked, Consumer<Door.Response> responses) {
    if (!asked.hasRetention()) {
      throw new IllegalArgumentException("retain.retention must be given");
    }
    Command.Retain retain = new Command.Retain(Decode.retention(asked.getRetention()));
    propose(cell.propose(retain, Urgency.RESULT), responses, applied -> done(applied.index()));
    return () -> {};
  }

  /** The outcome of an attempt that another node sent while it was superpeer (rule 11). */
  private Runnable deliver(Cell cell, Door.Deliver delivered, Consumer<Door.Response> responses) {
    Command.Settle settle =
        Decode.in("deliver.settle", () -> SettleCodec.decode(delivered.getSettle()));
    List<Payload> texts = settle.texts();
    Executor threads = texts.isEmpty() ? Runnable::run : aside.readers(cell.id().owner());
    threads.execute(
        () -> {
          texts.forEach(Payload::reference); // Here, and not where the cell waits for it.
          propose(
              cell.propose(settle, Urgency.RESULT), responses, applied -> done(applied.index()));
        });
    return () -> {};
  }

  /** What is in force may be said by who leads at this moment only (rule 26). */
  private Runnable showAccounts(
      Cell cell, Door.ShowAccounts asked, Consumer<Door.Response> responses) {
    propose(
        cell.barrier(),
        responses,
        applied -> {
          Door.AccountsInForce told =
              asking.with(cell.id(), AccountViews.of(cell, asked.getAccount()));
          return told.getAccountsCount() == 0 && !asked.getAccount().isEmpty()
              ? refused(
                  Refusal.of(
                      Refusal.Code.NOT_FOUND,
                      "owner '%s' has no account '%s' in its cell"
                          .formatted(cell.id().owner(), asked.getAccount())))
              : Door.Response.newBuilder().setAccounts(told);
        });
    return () -> {};
  }

  private static Runnable fit(Cell cell, Door.Fit asked, Consumer<Door.Response> responses) {
    Account account = Decode.in("fit.account", () -> Decode.account(asked.getAccount()));
    Optional<Refusal> objection = Fitting.objection(cell, account);
    responses.accept(
        objection.isPresent() ? refused(objection.get()).build() : done(cell.applied()).build());
    return () -> {};
  }

  private Runnable refresh(Cell cell, Door.Refresh asked, Consumer<Door.Response> responses) {
    furnishing
        .refresh(cell, asked)
        .whenComplete(
            (done, failure) ->
                responses.accept(
                    (failure == null
                            ? Door.Response.newBuilder().setDone(done)
                            : unknown("refresh of cell " + cell.id() + ": " + failure.getMessage()))
                        .build()));
    return () -> {};
  }

  /** Answers with what the applied command came to, in every case but success by itself. */
  static void propose(
      CompletableFuture<Reply> reply,
      Consumer<Door.Response> responses,
      Function<Reply.Applied, Door.Response.Builder> success) {
    reply.whenComplete(
        (r, failure) ->
            responses.accept(
                (failure != null
                        ? unknown(String.valueOf(failure.getMessage()))
                        : answer(r, success))
                    .build()));
  }

  static Door.Response.Builder answer(
      Reply reply, Function<Reply.Applied, Door.Response.Builder> success) {
    if (reply instanceof Reply.Applied applied) {
      return applied.result() instanceof Result.Refused no
          ? refused(no.refusal())
          : success.apply(applied);
    }
    if (reply instanceof Reply.Refused no) {
      return refused(no.refusal());
    }
    return reply instanceof Reply.Unknown unsure
        ? unknown(unsure.why())
        : nothingDone("this node does not lead the cell any more");
  }

  private static Door.Response.Builder nothingDone(String why) {
    return Door.Response.newBuilder()
        .setUnknown(Door.Unknown.newBuilder().setMessage(why).setNothingDone(true));
  }

  private static Door.Response.Builder done(long index) {
    return Door.Response.newBuilder().setDone(Door.Done.newBuilder().setIndex(index));
  }

  static InvocationId id(String field, String value) {
    return Decode.in(field, () -> new InvocationId(value));
  }
}
