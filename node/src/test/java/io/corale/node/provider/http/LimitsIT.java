package io.corale.node.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Allowance;
import io.corale.model.Limit;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.node.outward.http.FarSide;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.Scheme;
import io.corale.node.provider.Told;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers on real sockets are asked for limits under the rules of every message. */
class LimitsIT {
  private static final Authentication ADA =
      new Authentication.Shown(
          new Scheme.Basic(new Scheme.Login("ada", "p4ssw0rd")), new TreeMap<>(), new TreeMap<>());

  private Provider provider = open(List.of("127.0.0.1"));

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void asksWhereTheAccountSaysAndShowsWhoAsks() throws Exception {
    try (FarSide far =
        answering("200 OK", "", "{\"concurrentInvocations\":3,\"invocationsPerMinute\":60}")) {
      assertThat(ask(far.url() + "/api/v1/namespaces/_/limits?x=1", ADA))
          .isEqualTo(
              new Told.Allowed(
                  List.of(
                      new Allowance(
                          ScopeLimit.ROOT,
                          OptionalInt.of(3),
                          List.of(new Limit.Rate(60, Limit.Window.MINUTE))))));
      assertThat(far.requests.get(0).head())
          .startsWith("GET /api/v1/namespaces/_/limits?x=1 HTTP/1.1");
      assertThat(far.requests.get(0).header("Authorization")).isEqualTo("Basic YWRhOnA0c3N3MHJk");
      assertThat(far.requests.get(0).header("Idempotency-Key")).as("is of no attempt").isEmpty();
    }
  }

  @Test
  void followsNoAnswerThatPointsElsewhere() throws Exception {
    try (FarSide there = answering("200 OK", "", "{\"concurrentInvocations\":3}");
        FarSide far = answering("302 Found", "Location: " + there.url() + "/\r\n", "")) {
      assertThat(ask(far.url(), ADA))
          .isEqualTo(new Told.Failed("it answered HTTP 302: expected 200"));
      assertThat(there.requests).isEmpty();
    }
  }

  @Test
  void readsNoAnswerThatIsTooLarge() throws Exception {
    try (FarSide far =
        answering("200 OK", "", "{\"concurrentInvocations\":3" + " ".repeat(10 << 20) + "}")) {
      assertThat(ask(far.url(), ADA)).isInstanceOf(Told.Failed.class);
    }
  }

  @Test
  void reachesNoAddressThatIsNotPublic() throws Exception {
    try (FarSide far = answering("200 OK", "", "{\"concurrentInvocations\":3}")) {
      provider.close();
      provider = open(List.of());

      assertThat(ask(far.url(), ADA))
          .isInstanceOfSatisfying(
              Told.Failed.class, failed -> assertThat(failed.why()).contains("is not public"));
      assertThat(far.requests).isEmpty();
    }
  }

  @Test
  void saysThatNobodyIsThere() throws Exception {
    String gone;
    try (FarSide far = answering("200 OK", "", "")) {
      gone = far.url();
    }
    assertThat(ask(gone, Authentication.NONE)).isInstanceOf(Told.Failed.class);
  }

  private Told ask(String url, Authentication authentication) throws Exception {
    Account account =
        new Account(
            new AccountId("far"),
            "http",
            1,
            Policy.LST_BL,
            new TreeMap<>(Map.of(Account.LIMITS, url)),
            List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 8)));
    return provider.discover(account, authentication).get(30, TimeUnit.SECONDS);
  }

  private static FarSide answering(String status, String headers, String body) throws Exception {
    return new FarSide(request -> FarSide.response(status, headers, body));
  }

  private static Provider open(List<String> privateTargets) {
    return new HttpProviderFactory()
        .open(new ProviderSettings(privateTargets, "", new TreeMap<>(), List.of()));
  }
}
