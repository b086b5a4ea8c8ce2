package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Beginning;
import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import io.corale.flow.Interpreter;
import io.corale.flow.Plan;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import io.corale.node.cell.StillCell;
import io.corale.scheduler.Command;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a cell cannot take of an owner's accounts is told to whom it concerns. */
class FurnishingTest {
  private static final long SECOND = 1_000_000;
  private static final ScopeLimit ROOT = new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4);
  private static final ScopeLimit NAPS = new ScopeLimit("naps", Optional.of(ScopeLimit.ROOT), 4);
  private static final Composition NAP =
      ((Compilation.Compiled)
              Compiler.compile(
                  """
                  document: {dsl: '1.0.3', namespace: test, name: nap, version: 1.0.0}
                  use:
                    functions:
                      f: {call: faas, with: {implementations: [
                          {id: only, account: lab, scope: naps, timeout: PT60S, path: /f}]}}
                  do: [{a: {call: f}}]
                  """))
          .composition();

  private final StillCell cell = new StillCell(List.of(NAP));
  private final Furnishing furnishing =
      new Furnishing(
          asked ->
              CompletableFuture.completedFuture(
                  List.of(
                      new Command.Configure(account("lab", 2, ROOT)),
                      new Command.Configure(account("other", 1, ROOT)))));

  @BeforeEach
  void aCallIsInAScopeThatIsToGo() {
    InvocationId id = new InvocationId("i");
    cell.apply(0, List.of(new Command.Configure(account("lab", 1, ROOT, NAPS))));
    cell.apply(
        0,
        List.of(
            new Command.Submit(
                id,
                NAP.ref(),
                Payload.NULL,
                "ada",
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

  @Test
  void whoEnteredAnAccountIsToldThatItIsNotTakenAndWhatStaysInForce() {
    Door.Done done = refreshed(Door.Refresh.newBuilder().setAccount("lab"));

    assertThat(done.getInForce().getVersion()).isEqualTo(1);
    assertThat(done.getNotTaken().getCode()).isEqualTo(Common.Refusal.Code.CONFLICT);
    assertThat(done.getNotTaken().getMessage()).contains("scope 'naps' cannot go");
  }

  @Test
  void anAccountThatIsNotTakenHoldsNothingElseUp() {
    Door.Done done = refreshed(Door.Refresh.newBuilder().setAccount("other"));

    assertThat(done.getInForce().getVersion()).isEqualTo(1);
    assertThat(done.hasNotTaken()).isFalse();
    assertThat(refreshed(Door.Refresh.newBuilder().setIsOfNoAccount(true)).getIndex())
        .isEqualTo(cell.applied());
  }

  /** It may have entered the very account. */
  @Test
  void anOlderBuildIsToldOfNoSuccess() {
    assertThat(furnishing.refresh(cell, Door.Refresh.getDefaultInstance()))
        .isCompletedExceptionally();
  }

  private Door.Done refreshed(Door.Refresh.Builder asked) {
    return furnishing.refresh(cell, asked.build()).join();
  }

  private static Account account(String id, long version, ScopeLimit... scopes) {
    return new Account(
        new AccountId(id), "sim", version, Policy.LST_BL, new TreeMap<>(), List.of(scopes));
  }
}
