package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.flow.Beginning;
import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import io.corale.flow.Interpreter;
import io.corale.flow.Plan;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.model.InvocationId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Problem;
import io.corale.model.Right;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import io.corale.node.cell.StillCell;
import io.corale.node.door.Caller;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.IncidentView;
import io.corale.scheduler.OwnerScheduler;
import io.corale.wire.Common;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits for a person, as the door tells it, and who may deal with it (ADR 39). */
class IncidentDeskTest {
  private static final long SECOND = 1_000_000;
  private static final Payload INPUT = Payload.ofJson("{\"width\":96}");
  private static final Composition NAP =
      ((Compilation.Compiled)
              Compiler.compile(
                  """
                  document: {dsl: '1.0.3', namespace: test, name: nap, version: 1.0.0,
                    metadata: {incidents: true}}
                  use:
                    functions:
                      f: {call: faas, with: {implementations: [
                          {id: only, account: lab, timeout: PT60S, path: /f}]}}
                  do: [{a: {call: f}}]
                  """))
          .composition();

  private final StillCell cell = new StillCell(List.of(NAP));
  private final LaterAside aside = new LaterAside();
  private final Control control =
      new Control(
          new Furnishing(
              asked -> CompletableFuture.failedFuture(new IllegalStateException("no registry"))),
          aside);
  private final Caller reader = caller("rea", Right.READ);
  private final Caller invoker = caller("bob", Right.INVOKE);
  private final Caller publisher = caller("pat", Right.INVOKE, Right.PUBLISH);
  private long number;

  private static Caller caller(String subject, Right... rights) {
    TreeMap<OwnerId, Set<Right>> at = new TreeMap<>();
    at.put(new OwnerId("acme"), Set.of(rights));
    return new Caller(subject, false, at);
  }

  @BeforeEach
  void oneCallHasFailed() {
    cell.apply(0, List.of(new Command.ActivateVersion(Entry.INCIDENTS_FORMAT)));
    cell.apply(0, List.of(define(), account()));
    Applied begun = cell.apply(0, List.of(submit("i")));
    AttemptId attempt = ((Effect.Start) first(begun, Effect.Start.class)).attempt();
    Applied failed =
        cell.apply(
            SECOND,
            List.of(
                new Command.Settle(
                    attempt,
                    new Outcome.FunctionError("broken", false),
                    SECOND,
                    0,
                    Optional.empty())));
    Effect.Continue next = (Effect.Continue) first(failed, Effect.Continue.class);
    cell.apply(
        0,
        List.of(
            new Command.Advance(
                new InvocationId("i"),
                Interpreter.advance(NAP, next.branch(), next.signal(), plan()))));
    number = cell.<Long>read(s -> s.incidents(1, 0, Optional.empty()).get(0).number());
  }

  private static Effect first(Applied applied, Class<? extends Effect> kind) {
    return applied.effects().stream().filter(kind::isInstance).findFirst().orElseThrow();
  }

  private static Plan plan() {
    return Plan.firstOf(account -> true, () -> 0);
  }

  private static Command define() {
    return new Command.Define(NAP.ref(), NAP.canonical(), NAP.tellsIn(), NAP.wantsIncidents());
  }

  private static Command account() {
    return new Command.Configure(
        new Account(
            new AccountId("lab"),
            "sim",
            1,
            Policy.LST_BL,
            new TreeMap<>(),
            List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4))));
  }

  private static Command submit(String name) {
    InvocationId id = new InvocationId(name);
    return new Command.Submit(
        id,
        NAP.ref(),
        INPUT,
        "alice",
        new TreeMap<>(),
        Optional.empty(),
        ServiceClass.STANDARD,
        0,
        60 * SECOND,
        SECOND,
        Interpreter.begin(NAP, new Beginning(id, INPUT, 0), plan()),
        0,
        "");
  }

  private Door.Response ask(Door.Request.Builder request, Caller caller) {
    List<Door.Response> responses = new ArrayList<>();
    control.serve(cell, request.build(), caller, responses::add);
    assertThat(responses).hasSize(1);
    return responses.get(0);
  }

  private Door.Response list(Door.ListIncidents.Builder asked) {
    return ask(Door.Request.newBuilder().setListIncidents(asked), invoker);
  }

  private Door.ResolveIncident.Builder resolve() {
    return Door.ResolveIncident.newBuilder().setInvocation("i").setNumber(number);
  }

  private Door.ResolveIncident.Builder retry(Optional<Payload> arguments) {
    Door.ResolveIncident.Retry.Builder retry = Door.ResolveIncident.Retry.newBuilder();
    arguments.ifPresent(given -> retry.setArguments(Encode.payload(given)));
    return resolve().setRetry(retry);
  }

  private Door.Response ask(Door.ResolveIncident.Builder asked, Caller caller) {
    return ask(Door.Request.newBuilder().setResolveIncident(asked), caller);
  }

  private long time() {
    return ask(retry(Optional.empty()), invoker).getControlTime().getUntilMicros();
  }

  private static Common.Refusal.Code code(Door.Response response) {
    return response.getRefused().getCode();
  }

  @Test
  void listsThemWithoutWhatTheyWereCalledWith() {
    Door.IncidentList listed = list(Door.ListIncidents.newBuilder().setLimit(10)).getIncidents();

    assertThat(listed.getIncidentsList()).hasSize(1);
    Door.IncidentReport report = listed.getIncidents(0);
    assertThat(report.getInvocation()).isEqualTo("i");
    assertThat(report.getFunction()).isEqualTo("f");
    assertThat(report.getPlace()).isEqualTo("/do/0/a");
    assertThat(report.getProblem().getDetail()).contains("broken");
    assertThat(report.hasArguments()).isFalse();
    assertThat(listed.getNext()).isZero();
  }

  @Test
  void aFullPageNamesTheNext() {
    Door.IncidentList page = list(Door.ListIncidents.newBuilder().setLimit(1)).getIncidents();

    assertThat(page.getNext()).isEqualTo(number);
    assertThat(
            list(Door.ListIncidents.newBuilder().setLimit(1).setAfter(page.getNext()))
                .getIncidents()
                .getIncidentsList())
        .isEmpty();
  }

  @Test
  void showsOneWithWhatItWasCalledWith() {
    Door.IncidentReport one =
        list(Door.ListIncidents.newBuilder().setLimit(1).setInvocation("i").setNumber(number))
            .getIncidents()
            .getIncidents(0);

    assertThat(Decode.payload(one.getArguments())).isEqualTo(INPUT);
  }

  /** A request may have tokens made of data, and data of people. */
  @Test
  void whoMayOnlyReadIsNotShownWhatACallWasGiven() {
    Door.ListIncidents.Builder one =
        Door.ListIncidents.newBuilder().setLimit(1).setInvocation("i").setNumber(number);

    Door.IncidentReport shown =
        ask(Door.Request.newBuilder().setListIncidents(one), reader).getIncidents().getIncidents(0);

    assertThat(shown.getNumber()).isEqualTo(number);
    assertThat(shown.hasArguments()).isFalse();
  }

  @Test
  void saysWhereThereIsNone() {
    assertThat(
            code(
                list(
                    Door.ListIncidents.newBuilder()
                        .setLimit(1)
                        .setInvocation("i")
                        .setNumber(number + 1))))
        .isEqualTo(Common.Refusal.Code.NOT_FOUND);
  }

  @Test
  void nothingIsDoneUntilWhoAsksKnowsTheTimeOfTheCell() {
    assertThat(time()).isPositive();
    assertThat(cell.<Integer>read(s -> s.openIncidents())).isEqualTo(1);

    assertThat(ask(retry(Optional.empty()).setUntilMicros(time()), invoker).hasDone()).isTrue();
    assertThat(cell.<Integer>read(s -> s.openIncidents())).isZero();
  }

  @Test
  void whoInvokesMayGiveUp() {
    Door.ResolveIncident.Builder asked =
        resolve().setGiveUp(Door.ResolveIncident.GiveUp.getDefaultInstance());

    assertThat(ask(asked.setUntilMicros(time()), invoker).hasDone()).isTrue();
  }

  /** A call may show what only its composition is trusted with. */
  @Test
  void otherInputIsForWhoMayPublish() {
    Optional<Payload> other = Optional.of(Payload.ofJson("{\"width\":1}"));

    assertThat(code(ask(retry(other).setUntilMicros(time()), invoker)))
        .isEqualTo(Common.Refusal.Code.FORBIDDEN);
    assertThat(ask(retry(other).setUntilMicros(time()), publisher).hasDone()).isTrue();
  }

  /** Else a thread that serves everybody would be busy with it. */
  @Test
  void whatOneMayNotGiveIsNotLookedInto() {
    Optional<Payload> broken = Optional.of(Payload.ofJson("{"));

    assertThat(code(ask(retry(broken), invoker))).isEqualTo(Common.Refusal.Code.FORBIDDEN);
  }

  @Test
  void whatIsLargeIsLookedThroughAside() {
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES) + "\"");
    Payload broken = Payload.ofJson("[" + "1,".repeat(Payload.MAX_INLINE_BYTES));
    long until = time();
    List<Door.Response> responses = new ArrayList<>();

    for (Payload each : List.of(broken, large)) {
      control.serve(
          cell,
          Door.Request.newBuilder()
              .setResolveIncident(retry(Optional.of(each)).setUntilMicros(until))
              .build(),
          publisher,
          responses::add);
    }
    assertThat(responses).isEmpty();
    assertThat(aside.waiting()).isEqualTo(2);
    assertThat(aside.made()).as("few are read as trees at once").isEqualTo(2);
    aside.run();

    assertThat(code(responses.get(0))).isEqualTo(Common.Refusal.Code.INVALID);
    assertThat(responses.get(0).getRefused().getMessage()).contains("arguments is not JSON");
    assertThat(responses.get(1).hasDone()).isTrue();
  }

  /** What fails elsewhere may have long words, and many of them. */
  @Test
  void aPageFitsIntoAFrame() {
    Problem wordy = Problem.validation("\u20ac".repeat(Problem.MAX_DETAIL_CHARS), "");
    List<IncidentView> many = new ArrayList<>();
    IncidentView one = cell.read(s -> s.incidents(1, 0, Optional.empty()).get(0));
    for (int i = 1; i <= OwnerScheduler.MAX_PAGE; i++) {
      many.add(
          new IncidentView(
              i,
              one.call(),
              one.composition(),
              one.attempts(),
              one.function(),
              one.implementation(),
              "/do/" + "x".repeat(10_000),
              one.account(),
              one.scope(),
              wordy,
              0,
              INPUT));
    }

    Door.IncidentList page = IncidentDesk.page(many, OwnerScheduler.MAX_PAGE);

    assertThat(page.getSerializedSize()).isLessThan(5 * 1024 * 1024);
    assertThat(page.getNext()).isEqualTo(page.getIncidentsCount()).isPositive();
  }

  @Test
  void saysWhichFieldIsWrong() {
    assertThatThrownBy(() -> list(Door.ListIncidents.newBuilder()))
        .hasMessageContaining("list_incidents.limit must be from 1 to 1000, was 0");
    assertThatThrownBy(() -> list(Door.ListIncidents.newBuilder().setLimit(1).setNumber(1)))
        .hasMessageContaining("list_incidents.number");
    assertThatThrownBy(() -> ask(resolve(), invoker))
        .hasMessageContaining("resolve_incident must be retry or give_up");
    assertThatThrownBy(() -> ask(retry(Optional.empty()).setNumber(0), invoker))
        .hasMessageContaining("resolve_incident.number");
    assertThatThrownBy(() -> ask(retry(Optional.of(Payload.ofJson("{"))), publisher))
        .hasMessageContaining("resolve_incident.retry.arguments is not JSON");
    assertThatThrownBy(() -> ask(retry(Optional.empty()).setUntilMicros(-1), invoker))
        .hasMessageContaining("resolve_incident.until_micros");
  }
}
