package io.corale.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Allowance;
import io.corale.model.Discovered;
import io.corale.model.Limit;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an owner declared is never lost, and never exceeded (ADR 40). */
class RegistrationTest {
  private static final Map<String, String> ASKING =
      Map.of("url", "https://far", "limits", "https://far/limits", "limits.secret", "far");

  private final Registration declared = Registration.of(account(8, ASKING).withVersion(4));

  @Test
  void inForceIsTheSmallerOfWhatWasDeclaredAndOfWhatIsAllowed() {
    assertThat(declared.found(allowed(3)).inForce().concurrency()).isEqualTo(3);
    assertThat(declared.found(allowed(80)).inForce().concurrency()).isEqualTo(8);
    assertThat(declared.found(allowed(3)).found(allowed(80)).inForce().concurrency()).isEqualTo(8);
  }

  @Test
  void whatIsDeclaredIsKeptBesideWhatIsAllowed() {
    Registration found = declared.found(allowed(3));

    assertThat(found.declared()).isEqualTo(account(8, ASKING).withVersion(5));
    assertThat(found.inForce().version()).isEqualTo(5);
  }

  @Test
  void noCellHasTheSettingsByWhichAProviderIsAsked() {
    assertThat(declared.inForce().settings()).containsOnlyKeys("url");
    assertThat(declared.found(allowed(3)).inForce().settings()).containsOnlyKeys("url");
  }

  @Test
  void whoDeclaresAnewKeepsWhatIsAllowedWhileTheSameIsAsked() {
    Registration found = declared.found(allowed(3));

    Registration anew = found.putAnew(account(2, ASKING));
    assertThat(anew.inForce()).isEqualTo(found.putAnew(account(2, ASKING)).inForce());
    assertThat(anew.version()).isEqualTo(6);
    assertThat(anew.inForce().concurrency()).isEqualTo(2);
    assertThat(anew.putAnew(account(9, ASKING)).inForce().concurrency()).isEqualTo(3);
  }

  @Test
  void whatWasDeclaredIsInForceOnceNobodyIsAskedAnyMoreOrSomebodyElse() {
    Registration found = declared.found(allowed(3));
    Map<String, String> elsewhere = Map.of("limits", "https://other/limits");

    assertThat(found.putAnew(account(8, Map.of("url", "https://far"))).inForce().concurrency())
        .isEqualTo(8);
    assertThat(found.putAnew(account(8, elsewhere)).inForce().concurrency()).isEqualTo(8);
  }

  @Test
  void withAnotherSecretItMayBeAnotherWhoseLimitsTheseAre() {
    Map<String, String> another = new TreeMap<>(ASKING);
    another.put("limits.secret", "other");

    assertThat(declared.found(allowed(3)).putAnew(account(8, another)).inForce().concurrency())
        .isEqualTo(8);
  }

  @Test
  void aVersionIsAboveThatOfACellThatKnowsALaterOne() {
    assertThat(declared.found(allowed(3)).above(4).version()).isEqualTo(5);
    assertThat(declared.found(allowed(3)).above(9))
        .isEqualTo(new Registration(account(8, ASKING).withVersion(10), Optional.of(allowed(3))));
  }

  @Test
  void nothingIsFoundOutForWhoDoesNotAsk() {
    assertThatThrownBy(() -> Registration.of(account(8, Map.of())).found(allowed(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("asks for none");
  }

  @Test
  void eachLimitOfAScopeIsTheSmaller() {
    ScopeLimit root =
        new ScopeLimit(
            ScopeLimit.ROOT,
            Optional.empty(),
            8,
            List.of(second(10), minute(100), new Limit.Learned(5)));
    Discovered discovered =
        new Discovered(
            List.of(
                new Allowance(ScopeLimit.ROOT, OptionalInt.empty(), List.of(minute(60))),
                new Allowance("label", OptionalInt.of(1), List.of(second(2))),
                new Allowance("unknown", OptionalInt.of(1), List.of())),
            Instant.EPOCH);
    ScopeLimit label = new ScopeLimit("label", Optional.of(ScopeLimit.ROOT), 4);

    Account inForce = discovered.within(account(8, ASKING).withScopes(List.of(root, label)));

    assertThat(inForce.scopes())
        .containsExactly(
            new ScopeLimit(
                ScopeLimit.ROOT,
                Optional.empty(),
                8,
                List.of(second(10), minute(60), new Limit.Learned(5))),
            new ScopeLimit("label", Optional.of(ScopeLimit.ROOT), 1, List.of(second(2))));
  }

  @Test
  void aDeclaredRateThatIsLowerThanWhatIsAllowedStays() {
    ScopeLimit root = new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 8, List.of(minute(6)));
    Discovered discovered =
        new Discovered(
            List.of(new Allowance(ScopeLimit.ROOT, OptionalInt.of(9), List.of(minute(60)))),
            Instant.EPOCH);

    assertThat(discovered.within(account(8, ASKING).withScopes(List.of(root))).scopes())
        .containsExactly(root);
  }

  private static Limit.Rate second(int starts) {
    return new Limit.Rate(starts, Limit.Window.SECOND);
  }

  private static Limit.Rate minute(int starts) {
    return new Limit.Rate(starts, Limit.Window.MINUTE);
  }

  private static Discovered allowed(int concurrency) {
    return new Discovered(
        List.of(new Allowance(ScopeLimit.ROOT, OptionalInt.of(concurrency), List.of())),
        Instant.EPOCH);
  }

  private static Account account(int limit, Map<String, String> settings) {
    return new Account(
        new AccountId("cheap"),
        "http",
        0,
        Policy.LST_BL,
        new TreeMap<>(settings),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), limit)));
  }
}
