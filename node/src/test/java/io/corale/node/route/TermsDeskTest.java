package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.model.Terms;
import io.corale.node.cell.StillCell;
import io.corale.node.registry.Answer;
import io.corale.node.registry.TermsChange;
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
          owner -> reached(registered),
          this::put,
          new Furnishing(
              asked -> reached(registered.stream().<Command>map(Command.Agree::new).toList())));

  private <T> CompletableFuture<T> reached(T read) {
    return isReached
        ? CompletableFuture.completedFuture(read)
        : CompletableFuture.failedFuture(new IllegalStateException("away"));
  }

  private CompletableFuture<Answer<Terms>> put(OwnerId owner, TermsChange change) {
    if (change.terms().maxQueued() == 1) {
      return CompletableFuture.completedFuture(
          new Answer.Refused<>(Refusal.of(Refusal.Code.NOT_FOUND, "no such owner")));
    }
    Answer<Terms> answer = change.after(registered);
    if (answer instanceof Answer.Given<Terms> given) {
      registered = Optional.of(given.value());
    }
    return CompletableFuture.completedFuture(answer);
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

  private static Door.Request.Builder replace(long version, Terms terms) {
    return Door.Request.newBuilder()
        .setPutTerms(Door.PutTerms.newBuilder().setTerms(Encode.terms(terms)).setReplaces(version));
  }

  private static Door.Request.Builder show() {
    return Door.Request.newBuilder().setShowTerms(Door.ShowTerms.getDefaultInstance());
  }

  private static Door.Request.Builder showRegistered() {
    return Door.Request.newBuilder()
        .setShowTerms(Door.ShowTerms.newBuilder().setWithRegistered(true));
  }

  private void agree(Terms terms) {
    cell.apply(0, List.of(new Command.Agree(terms)));
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

  /** Rule 26: what is in force now, another node's log says. */
  @Test
  void whoWasDeposedAndDoesNotKnowItTellsNoTerms() {
    activate();
    agree(FEW.withVersion(3));
    cell.depose();

    for (Door.Request.Builder request : List.of(show(), showRegistered())) {
      Door.Response response = ask(request);

      assertThat(response.hasTerms()).isFalse();
      assertThat(response.getUnknown().getNothingDone()).isTrue();
    }
  }

  @Test
  void tellsAlsoWhatIsRegisteredAndNotInForce() {
    activate();
    agree(FEW.withVersion(3));
    registered = Optional.of(Terms.STANDARD.withVersion(4));

    Door.TermsReport report = ask(showRegistered()).getTerms();

    assertThat(Decode.terms(report.getTerms())).isEqualTo(FEW.withVersion(3));
    assertThat(Decode.terms(report.getRegistered())).isEqualTo(Terms.STANDARD.withVersion(4));
  }

  @Test
  void tellsThatNothingIsRegistered() {
    activate();

    assertThat(ask(showRegistered()).getTerms().hasRegistered()).isFalse();
  }

  /** Who wants to change what is registered must not take it for nothing. */
  @Test
  void saysWhereTheRegistryCannotBeRead() {
    activate();
    isReached = false;

    assertThat(ask(showRegistered()).getRefused().getCode())
        .isEqualTo(Common.Refusal.Code.UNAVAILABLE);
    assertThat(ask(show()).hasTerms()).as("what is in force takes no registry").isTrue();
  }

  @Test
  void aChangeOfAnotherVersionThanIsRegisteredIsRefused() {
    activate();
    ask(put(FEW));

    Common.Refusal refusal = ask(replace(0, Terms.STANDARD)).getRefused();

    assertThat(refusal.getCode()).isEqualTo(Common.Refusal.Code.CONFLICT);
    assertThat(ask(replace(1, Terms.STANDARD)).getTerms().getTerms().getVersion()).isEqualTo(2);
  }

  /** It may know of earlier terms, or of none, than a cell that has had later ones. */
  @Test
  void aChangeIsInForceThoughTheRegistryWasRestoredFromABackup() {
    activate();
    agree(Terms.STANDARD.withVersion(7));
    registered = Optional.of(Terms.STANDARD.withVersion(2));

    Door.TermsReport report = ask(replace(2, FEW)).getTerms();

    assertThat(Decode.terms(report.getTerms())).isEqualTo(FEW.withVersion(8));
    assertThat(registered).contains(FEW.withVersion(8));
  }

  /** Another change came into force before this one was looked for. */
  @Test
  void whatIsInForceInItsPlaceIsNoConfirmation() {
    activate();
    Furnishing another =
        new Furnishing(
            asked ->
                CompletableFuture.completedFuture(
                    List.of(new Command.Agree(Terms.STANDARD.withVersion(2)))));

    List<Door.Response> responses = new ArrayList<>();
    new TermsDesk(owner -> reached(registered), this::put, another)
        .serve(cell, put(FEW).build(), responses::add);

    assertThat(responses.get(0).getUnknown().getMessage())
        .startsWith("registered, but")
        .contains("not version 1 but 2 is in force");
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
