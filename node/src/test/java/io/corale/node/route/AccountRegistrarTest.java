package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Policy;
import io.corale.model.Refusal;
import io.corale.model.ScopeLimit;
import io.corale.wire.Door;
import io.corale.wire.Door.ScopeInForce.Source;
import io.corale.wire.Encode;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who puts an account is told for certain whether it is in force, where that is known. */
class AccountRegistrarTest {
  private static final Refusal IN_USE =
      Refusal.of(Refusal.Code.CONFLICT, "account 'cheap': scope 'naps' cannot go");

  @Test
  void whatTheCellDoesNotTakeIsRefusedAndNotUnknown() {
    Door.Response answer = answer(Optional.empty(), notTaken(2));

    assertThat(answer.getRefused().getCode()).isEqualTo(Encode.refusal(IN_USE).getCode());
    assertThat(answer.getRefused().getMessage())
        .startsWith(IN_USE.message())
        .contains("the registry has this as version 3");
  }

  /** Another put came in between, and that one is not taken. */
  @Test
  void whatTheCellHasTakenIsDoneWhateverCameLater() {
    Door.Response answer = answer(Optional.empty(), notTaken(3));

    assertThat(answer.getDone().getInForce().getVersion()).isEqualTo(3);
    assertThat(answer.getDone().hasNotTaken()).isFalse();
  }

  @Test
  void whatNobodyHasSaidIsUnknown() {
    assertThat(answer(Optional.of("no superpeer"), Door.Done.getDefaultInstance()).hasUnknown())
        .isTrue();
  }

  /** What was found out before holds on where the same provider is asked. */
  @Test
  void whatIsLowerBecauseTheProviderAllowsNoMoreIsSaidToBeSo() {
    Door.AccountInForce.Builder told =
        inForce(3)
            .addScopes(scope(ScopeLimit.ROOT, 5, Source.DECLARED))
            .addScopes(scope("naps", 2, Source.DECLARED))
            .addScopes(scope("runs", 1, Source.RAMP));
    Announcer.Told done =
        new Announcer.Told(Optional.empty(), Door.Done.newBuilder().setInForce(told).build());

    assertThat(sources(AccountRegistrar.answer(account(8, 2, 4), account(5, 2, 3), done)))
        .containsExactly(Source.DISCOVERED, Source.DECLARED, Source.RAMP);
    Account later = account(5, 2, 3).withVersion(4);
    assertThat(sources(AccountRegistrar.answer(account(8, 2, 4), later, done)))
        .as("of another version nobody knows")
        .containsExactly(Source.DECLARED, Source.DECLARED, Source.RAMP);
  }

  private static List<Source> sources(Door.Response.Builder answer) {
    return answer.getDone().getInForce().getScopesList().stream()
        .map(Door.ScopeInForce::getSource)
        .toList();
  }

  private static Door.Response answer(Optional<String> trouble, Door.Done done) {
    return AccountRegistrar.answer(
            account(8, 2, 4), account(8, 2, 4), new Announcer.Told(trouble, done))
        .build();
  }

  /** Of version 3, as it was put or as it is in force. */
  private static Account account(int all, int naps, int runs) {
    return new Account(
        new AccountId("cheap"),
        "sim",
        3,
        Policy.LST_BL,
        new TreeMap<>(),
        List.of(
            new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), all),
            new ScopeLimit("naps", Optional.of(ScopeLimit.ROOT), naps),
            new ScopeLimit("runs", Optional.of(ScopeLimit.ROOT), runs)));
  }

  private static Door.ScopeInForce scope(String scope, int limit, Source source) {
    return Door.ScopeInForce.newBuilder()
        .setScope(scope)
        .setLimit(limit)
        .setConcurrency(limit)
        .setSource(source)
        .build();
  }

  private static Door.AccountInForce.Builder inForce(long version) {
    return Door.AccountInForce.newBuilder().setAccount("cheap").setVersion(version);
  }

  private static Door.Done notTaken(long inForce) {
    return Door.Done.newBuilder()
        .setInForce(inForce(inForce))
        .setNotTaken(Encode.refusal(IN_USE))
        .build();
  }
}
