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
import io.corale.model.InvocationId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Right;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Reply;
import io.corale.node.cell.StillCell;
import io.corale.node.door.Caller;
import io.corale.scheduler.Command;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an owner may hold and prioritize, and what they are told where they may not (ADR 32). */
class ControlTest {
  private static final long SECOND = 1_000_000;
  private static final Composition NAP =
      ((Compilation.Compiled)
              Compiler.compile(
                  """
                  document: {dsl: '1.0.3', namespace: test, name: nap, version: 1.0.0}
                  use:
                    functions:
                      f: {call: faas, with: {implementations: [
                          {id: only, account: lab, timeout: PT60S, path: /f}]}}
                  do: [{a: {call: f}}]
                  """))
          .composition();

  private final StillCell cell = new StillCell(List.of(NAP));
  private final Control control =
      new Control(
          new Furnishing(
              asked -> CompletableFuture.failedFuture(new IllegalStateException("no registry"))),
          new LaterAside());

  private static Caller caller(String subject, Right... rights) {
    TreeMap<OwnerId, Set<Right>> at = new TreeMap<>();
    at.put(new OwnerId("acme"), Set.of(rights));
    return new Caller(subject, false, at);
  }

  private final Caller admin = caller("ada", Right.ADMIN);

  @BeforeEach
  void oneOfAlicesRuns() {
    InvocationId id = new InvocationId("i");
    cell.apply(
        0,
        List.of(
            new Command.Configure(
                new Account(
                    new AccountId("lab"),
                    "sim",
                    1,
                    Policy.LST_BL,
                    new TreeMap<>(),
                    List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4)))),
            new Command.Submit(
                id,
                NAP.ref(),
                Payload.NULL,
                "alice",
                new TreeMap<>(),
                Optional.empty(),
                ServiceClass.STANDARD,
                0,
                60 * SECOND,
                SECOND,
                Interpreter.begin(
                    NAP,
                    new Beginning(id, Payload.NULL, 0),
                    Plan.firstOf(account -> true, () -> 0)),
                0,
                "")));
  }

  private Door.Response ask(Cell of, Door.Request.Builder request, Caller caller) {
    List<Door.Response> responses = new ArrayList<>();
    control.serve(of, request.build(), caller, responses::add);
    assertThat(responses).hasSize(1);
    return responses.get(0);
  }

  private Door.Response ask(Door.Request.Builder request, Caller caller) {
    return ask(cell, request, caller);
  }

  private static Door.Request.Builder hold(Door.Hold.Builder hold) {
    return Door.Request.newBuilder().setHold(hold);
  }

  private static Door.Hold.Builder owner(boolean isHeld, long until) {
    return Door.Hold.newBuilder()
        .setOwner(Door.Hold.Owner.getDefaultInstance())
        .setHeld(isHeld)
        .setUntilMicros(until);
  }

  private static Door.Request.Builder prioritize(Door.Prioritize.Builder prioritize) {
    return Door.Request.newBuilder().setPrioritize(prioritize);
  }

  private static Door.Prioritize.Builder urgent(String invocation, long until) {
    return Door.Prioritize.newBuilder()
        .setInvocation(invocation)
        .setServiceClass(Common.ServiceClass.URGENT)
        .setUntilMicros(until);
  }

  private static Common.Refusal.Code code(Door.Response response) {
    return response.getRefused().getCode();
  }

  @Test
  void onlyWhoAdministratesMayHoldAndReadersMayLook() {
    assertThat(Intake.rightFor(Door.Request.WhatCase.HOLD)).isEqualTo(Right.ADMIN);
    assertThat(Intake.rightFor(Door.Request.WhatCase.PRIORITIZE)).isEqualTo(Right.INVOKE);
    assertThat(Intake.rightFor(Door.Request.WhatCase.SHOW_HOLDS)).isEqualTo(Right.READ);
    assertThat(Intake.rightFor(Door.Request.WhatCase.LIST_INCIDENTS)).isEqualTo(Right.READ);
    assertThat(Intake.rightFor(Door.Request.WhatCase.RESOLVE_INCIDENT)).isEqualTo(Right.INVOKE);
  }

  @Test
  void nothingIsDoneUntilWhoAsksKnowsTheTimeOfTheCell() {
    Door.Response told = ask(hold(owner(true, 0)), admin);

    long until = told.getControlTime().getUntilMicros();
    assertThat(until)
        .isBetween(Command.Control.TIMELY_MICROS, Command.Control.TIMELY_MICROS + 1_000);
    assertThat(cell.<Integer>read(s -> s.holds(10).size())).isZero();
    assertThat(ask(hold(owner(true, until)), admin).hasDone()).isTrue();
    assertThat(cell.<String>read(s -> s.holds(10).get(0).by())).isEqualTo("ada");
  }

  private long time() {
    return ask(hold(owner(true, 0)), admin).getControlTime().getUntilMicros();
  }

  /** Rule 22. */
  @Test
  void aCopyIsRefusedOnceSomethingElseWasAskedForAndDone() {
    long pause = time();
    ask(hold(owner(true, pause)), admin);
    ask(hold(owner(false, time())), admin);

    assertThat(code(ask(hold(owner(true, pause)), admin))).isEqualTo(Common.Refusal.Code.EXPIRED);
    assertThat(cell.<Integer>read(s -> s.holds(10).size())).isZero();
  }

  /** Or the thing that one of them asks for were taken for a copy of the other's. */
  @Test
  void whoAsksAtTheSameMomentIsToldAnotherTime() {
    assertThat(time()).isLessThan(time());
  }

  @Test
  void saysWhichFieldIsWrong() {
    Door.Hold.Builder long501 = owner(true, 1).setReason("x".repeat(501));
    assertThatThrownBy(() -> ask(hold(long501), admin)).hasMessageContaining("at most 500");
    assertThatThrownBy(() -> ask(hold(Door.Hold.newBuilder()), admin))
        .hasMessageContaining("hold.target must be");
    assertThatThrownBy(() -> ask(hold(owner(true, -1)), admin))
        .hasMessageContaining("hold.until_micros");
    assertThatThrownBy(
            () -> ask(prioritize(urgent("i", 1).setDeadlineMillis(Long.MIN_VALUE)), admin))
        .hasMessageContaining("prioritize.deadline_millis");
    assertThatThrownBy(
            () -> ask(prioritize(Door.Prioritize.newBuilder().setInvocation("i")), admin))
        .hasMessageContaining("service_class, deadline_millis, or both");
  }

  /** Rule 17: callers have flows of their own. */
  @Test
  void whoInvokesMayPrioritizeTheirOwnAndWhoAdministratesAnybodys() {
    Caller alice = caller("alice", Right.INVOKE);
    Caller bob = caller("bob", Right.INVOKE);

    for (long until : new long[] {0, SECOND}) {
      assertThat(code(ask(prioritize(urgent("i", until)), bob)))
          .isEqualTo(Common.Refusal.Code.FORBIDDEN);
      assertThat(code(ask(prioritize(urgent("nobody", until)), bob)))
          .isEqualTo(Common.Refusal.Code.NOT_FOUND);
    }
    assertThat(ask(prioritize(urgent("i", 0)), alice).hasControlTime()).isTrue();
    assertThat(ask(prioritize(urgent("i", SECOND)), alice).hasDone()).isTrue();
    assertThat(ask(prioritize(urgent("i", SECOND)), admin).hasDone()).isTrue();
  }

  /** Nothing was proposed. */
  @Test
  void whatCouldNotBeLookedUpWasCertainlyNotHeld() {
    Door.Hold.Builder unknown =
        Door.Hold.newBuilder().setComposition("other").setHeld(true).setUntilMicros(SECOND);

    Door.Response response = ask(hold(unknown), admin);

    assertThat(code(response)).isEqualTo(Common.Refusal.Code.UNAVAILABLE);
    assertThat(response.getRefused().getRetryAfterMillis()).isPositive();
  }

  @Test
  void whatIsNotDefinedAnyMoreIsReleased() {
    Door.Hold.Builder unknown =
        Door.Hold.newBuilder().setComposition("other").setUntilMicros(SECOND);

    assertThat(ask(hold(unknown), admin).hasDone()).isTrue();
  }

  /** The cell, which has not done yet what is proposed to it. */
  private Cell slow(CompletableFuture<Reply> pending) {
    return (Cell)
        Proxy.newProxyInstance(
            Cell.class.getClassLoader(),
            new Class<?>[] {Cell.class},
            (proxy, method, arguments) ->
                method.getName().equals("propose") ? pending : method.invoke(cell, arguments));
  }

  /** Each looks through all that it concerns. */
  @Test
  void oneAtATimeIsUnderWayInACell() {
    CompletableFuture<Reply> pending = new CompletableFuture<>();
    Cell slow = slow(pending);
    List<Door.Response> first = new ArrayList<>();
    control.serve(slow, hold(owner(true, SECOND)).build(), admin, first::add);

    Door.Response second = ask(slow, hold(owner(false, SECOND)), admin);

    assertThat(first).isEmpty();
    assertThat(code(second)).isEqualTo(Common.Refusal.Code.OVERLOADED);
    assertThat(second.getRefused().getRetryAfterMillis()).isPositive();
    pending.complete(new Reply.Unknown("it leads no more"));
    assertThat(first).singleElement().matches(Door.Response::hasUnknown);
    assertThat(ask(hold(owner(false, SECOND)), admin).hasDone()).isTrue();
  }

  /** Priorities wait behind all new work, just when somebody wants to pause. */
  @Test
  void whoPrioritizesKeepsNobodyFromPausing() {
    CompletableFuture<Reply> pending = new CompletableFuture<>();
    Cell slow = slow(pending);
    List<Door.Response> responses = new ArrayList<>();
    control.serve(slow, prioritize(urgent("i", SECOND)).build(), admin, responses::add);

    control.serve(slow, hold(owner(true, SECOND)).build(), admin, responses::add);

    assertThat(responses).isEmpty();
    pending.complete(new Reply.Unknown("it leads no more"));
    assertThat(responses).hasSize(2).allMatch(Door.Response::hasUnknown);
  }
}
