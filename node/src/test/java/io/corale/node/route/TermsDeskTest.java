package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.model.Terms;
import io.corale.node.cell.StillCell;
import io.corale.node.registry.Answer;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.wire.Common;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an owner agrees to is in the registry and in force when it is told so (ADR 33). */
class TermsDeskTest {
  private static final Terms FEW = new Terms(0, 5, 6, 7, 8, new TreeMap<>(Map.of("ada", 9)));

  private final StillCell cell = new StillCell(List.of());

  /** What the registry has. */
  private Optional<Terms> registered = Optional.empty();

  private boolean isReached = true;

  private final TermsDesk desk =
      new TermsDesk(
          this::put,
          new Furnishing(
              asked ->
                  isReached
                      ? CompletableFuture.completedFuture(
                          registered.stream().<Command>map(Command.Agree::new).toList())
                      : CompletableFuture.failedFuture(new IllegalStateException("away"))));

  private CompletableFuture<Answer<Terms>> put(OwnerId owner, Terms terms) {
    if (terms.maxQueued() == 1) {
      return CompletableFuture.completedFuture(
          new Answer.Refused<>(Refusal.of(Refusal.Code.NOT_FOUND, "no such owner")));
    }
    Terms next = terms.withVersion(registered.map(Terms::version).orElse(0L) + 1);
    registered = Optional.of(next);
    return CompletableFuture.completedFuture(new Answer.Given<>(next));
  }

  private void activate() {
    cell.apply(0, List.of(new Command.ActivateVersion(Entry.TERMS_FORMAT)));
  }

  private Door.Response ask(Door.Request.Builder request) {
    List<Door.Response> responses = new ArrayList<>();
    desk.serve(cell, request.build(), responses::add);
    assertThat(responses).hasSize(1);
    return responses.get(0);
  }

  private static Door.Request.Builder put(Terms terms) {
    return Door.Request.newBuilder()
        .setPutTerms(Door.PutTerms.newBuilder().setTerms(Encode.terms(terms)));
  }

  private static Door.Request.Builder show() {
    return Door.Request.newBuilder().setShowTerms(Door.ShowTerms.getDefaultInstance());
  }

  @Test
  void saysWhatIsInForceOnceItIs() {
    activate();

    Door.TermsReport report = ask(put(FEW)).getTerms();

    assertThat(Decode.terms(report.getTerms())).isEqualTo(FEW.withVersion(1));
    assertThat(report.getIndex()).isEqualTo(cell.applied());
    assertThat(Decode.terms(ask(show()).getTerms().getTerms())).isEqualTo(FEW.withVersion(1));
  }

  @Test
  void showsTheStandardTermsWhereNothingWasAgreed() {
    activate();

    assertThat(Decode.terms(ask(show()).getTerms().getTerms())).isEqualTo(Terms.STANDARD);
  }

  /** Rule 36: nothing is entered that no cell would keep. */
  @Test
  void refusesBothBeforeAllMembersCanReadThem() {
    for (Door.Request.Builder request : List.of(put(FEW), show())) {
      Common.Refusal refusal = ask(request).getRefused();

      assertThat(refusal.getCode()).isEqualTo(Common.Refusal.Code.UNSUPPORTED);
      assertThat(refusal.getMessage()).contains("format 10").contains("format 4 is active");
    }
    assertThat(registered).isEmpty();
  }

  @Test
  void saysThatNothingIsKnownWhereTheCellHasNotHeardOfIt() {
    activate();
    isReached = false;

    Door.Response response = ask(put(FEW));

    assertThat(response.getUnknown().getMessage()).startsWith("registered, but").contains("away");
  }

  @Test
  void handsOnWhatTheRegistryRefuses() {
    activate();

    Door.Response response = ask(put(new Terms(0, 1, 1, 1, 0, new TreeMap<>())));

    assertThat(response.getRefused().getCode()).isEqualTo(Common.Refusal.Code.NOT_FOUND);
  }

  @Test
  void namesTheFieldThatIsWrong() {
    activate();

    assertThatThrownBy(
            () -> ask(Door.Request.newBuilder().setPutTerms(Door.PutTerms.getDefaultInstance())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("put_terms.terms must be given");
    Common.Terms none = Common.Terms.getDefaultInstance();
    assertThatThrownBy(
            () ->
                ask(
                    Door.Request.newBuilder()
                        .setPutTerms(Door.PutTerms.newBuilder().setTerms(none))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("max queued must be from 1");
  }

  @Test
  void whoMayReadMaySeeAndWhoAdministersMayChange() {
    assertThat(Intake.rightFor(Door.Request.WhatCase.SHOW_TERMS)).isEqualTo(Right.READ);
    assertThat(Intake.rightFor(Door.Request.WhatCase.PUT_TERMS)).isEqualTo(Right.ADMIN);
  }
}
