package io.corale.node.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.node.outward.http.FarSide;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.Calls;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.Scheme;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is shown to servers on real sockets, and what is not. */
class AuthenticationIT {
  private static final Scheme.Login ADA = new Scheme.Login("ada", "p4ssw0rd");

  private final Provider provider = open(List.of("127.0.0.1"));

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void showsNameAndPasswordOrAToken() throws Exception {
    try (FarSide far = always(ok())) {
      ask(far, shown(new Scheme.Basic(ADA)));
      ask(far, shown(new Scheme.Bearer("t0k3n")));

      assertThat(far.requests)
          .extracting(request -> request.header("Authorization"))
          .containsExactly("Basic YWRhOnA0c3N3MHJk", "Bearer t0k3n");
    }
  }

  @Test
  void showsSecretHeadersAndQuery() throws Exception {
    SortedMap<String, String> headers = new TreeMap<>(Map.of("X-Key", "k 1"));
    SortedMap<String, List<String>> query = new TreeMap<>(Map.of("key", List.of("a&b", "c d")));
    try (FarSide far = always(ok())) {
      ask(far, new Authentication.Shown(new Scheme.Plain(), headers, query));

      assertThat(far.requests.get(0).head()).startsWith("GET /p?q=1&key=a%26b&key=c%20d HTTP/1.1");
      assertThat(far.requests.get(0).header("X-Key")).isEqualTo("k 1");
    }
  }

  @Test
  void answersAChallengeOnce() throws Exception {
    try (FarSide far =
        new FarSide(
            request ->
                request.header("Authorization").contains("username=\"ada\"")
                    ? ok()
                    : FarSide.response(
                        "401 Unauthorized",
                        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n",
                        ""))) {
      assertThat(ask(far, shown(new Scheme.Digest(ADA)))).isInstanceOf(Outcome.Success.class);
      assertThat(far.requests).hasSize(2);
      assertThat(far.requests.get(1).header("Authorization"))
          .startsWith("Digest ")
          .contains("uri=\"/p?q=1\"")
          .doesNotContain("p4ssw0rd");
    }
    try (FarSide far =
        always(
            FarSide.response(
                "401 Unauthorized", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n", ""))) {
      assertThat(ask(far, shown(new Scheme.Digest(ADA))))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class, error -> assertThat(error.status()).isEqualTo(401));
      assertThat(far.requests).hasSize(2);
    }
  }

  @Test
  void showsATokenThatItAsksForOnce() throws Exception {
    try (FarSide desk = always(token("t1"));
        FarSide far = always(ok())) {
      for (int i = 0; i < 3; i++) {
        assertThat(ask(far, shown(grant(desk)))).isInstanceOf(Outcome.Success.class);
      }

      assertThat(far.requests)
          .extracting(request -> request.header("Authorization"))
          .containsOnly("Bearer t1");
      assertThat(desk.requests).hasSize(1);
      assertThat(desk.requests.get(0).head()).startsWith("POST /oauth2/token HTTP/1.1");
      assertThat(desk.requests.get(0).header("Idempotency-Key"))
          .as("a token is of no attempt")
          .isEmpty();
    }
  }

  @Test
  void asksAnewForATokenThatIsNotBelieved() throws Exception {
    try (FarSide desk = always(token("t1"));
        FarSide far = always(FarSide.response("401 Unauthorized", "", "no"))) {
      ask(far, shown(grant(desk)));
      ask(far, shown(grant(desk)));

      assertThat(desk.requests).hasSize(2);
    }
  }

  @Test
  void sendsNothingWithoutAToken() throws Exception {
    try (FarSide desk =
            always(FarSide.response("400 Bad Request", "", "{\"error\":\"invalid_scope\"}"));
        FarSide far = always(ok())) {
      assertThat(ask(far, shown(grant(desk))))
          .isEqualTo(
              new Outcome.Unready(
                  Outcome.Lack.AUTHENTICATION,
                  "there is no token to show: the token endpoint answered 400 (invalid_scope)",
                  false));
      assertThat(far.requests).isEmpty();
    }
  }

  @Test
  void asksForNoTokenWhereItMayNot() throws Exception {
    try (FarSide desk = always(token("t1"));
        FarSide far = always(ok());
        Provider strict = open(List.of())) {
      Outcome outcome = ask(strict, far, shown(grant(desk)));

      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Unready.class,
              unready -> assertThat(unready.detail()).contains("http.privateTargets"));
      assertThat(desk.requests).isEmpty();
    }
  }

  @Test
  void showsNothingToAnotherOrigin() throws Exception {
    SortedMap<String, String> headers = new TreeMap<>(Map.of("X-Key", "k1"));
    try (FarSide other = always(ok());
        FarSide far =
            always(FarSide.response("302 Found", "Location: " + other.url() + "/o\r\n", ""))) {
      ask(far, new Authentication.Shown(new Scheme.Bearer("t0k3n"), headers, new TreeMap<>()));

      assertThat(other.requests).hasSize(1);
      assertThat(other.requests.get(0).head()).doesNotContain("t0k3n", "k1");
    }
  }

  @Test
  void repeatsNothingOfItInAnError() throws Exception {
    SortedMap<String, String> headers = new TreeMap<>(Map.of("X-Key", "k3y-0123"));
    try (FarSide far =
        new FarSide(
            request -> FarSide.response("403 Forbidden", "", "who is " + request.head().strip()))) {
      Outcome outcome =
          ask(far, new Authentication.Shown(new Scheme.Basic(ADA), headers, new TreeMap<>()));

      assertThat(outcome.toString())
          .contains("who is", "***")
          .doesNotContain("k3y-0123", "YWRhOnA0c3N3MHJk", "p4ssw0rd");
    }
  }

  /** An error keeps the beginning of a page, whatever that end cuts in two. */
  @Test
  void repeatsNoPartOfItInAnErrorThatIsCutShort() throws Exception {
    try (FarSide far =
        always(FarSide.response("403 Forbidden", "", "x".repeat(385) + "0123456789abcdef"))) {
      Outcome outcome = ask(far, shown(new Scheme.Bearer("0123456789abcdef")));

      assertThat(outcome.toString()).contains("x***").doesNotContain("0123");
    }
  }

  @Test
  void repeatsNothingOfItInTheFormOfJson() throws Exception {
    String secret = "p4\"ss/w0rd";
    for (String quoted : List.of("p4\\\"ss/w0rd", "p4\\\"ss\\/w0rd")) {
      try (FarSide far = always(FarSide.response("403 Forbidden", "", "{\"no\":\"" + quoted))) {
        Outcome outcome = ask(far, shown(new Scheme.Basic(new Scheme.Login("ada", secret))));

        assertThat(outcome.toString()).contains("***").doesNotContain("w0rd");
      }
    }
  }

  @Test
  void isNotTold() {
    assertThat(
            shown(new Scheme.Basic(ADA)).toString()
                + shown(new Scheme.Digest(ADA))
                + shown(new Scheme.Bearer("t0k3n"))
                + new Scheme.OAuthClient("desk", "k1-secret", "k1-secret", "none")
                + new Scheme.Asking.Anew("k1-secret")
                + new Scheme.Asking.InExchange(
                    new Scheme.SecurityToken("k1-secret", "t"), Optional.empty())
                + call("http://h", shown(new Scheme.Bearer("t0k3n"))))
        .doesNotContain("p4ssw0rd", "t0k3n", "k1-secret");
  }

  private static Scheme.Grant grant(FarSide desk) {
    return new Scheme.Grant(
        desk.url(),
        "/oauth2/token",
        new Scheme.Asking.OfItself(),
        new Scheme.OAuthClient("desk", "k1", "", "client_secret_post"),
        "application/x-www-form-urlencoded",
        List.of(),
        List.of(),
        List.of());
  }

  private static Authentication shown(Scheme scheme) {
    return new Authentication.Shown(scheme, new TreeMap<>(), new TreeMap<>());
  }

  private static Optional<String> ok() {
    return FarSide.response("200 OK", "Content-Type: application/json\r\n", "1");
  }

  private static Optional<String> token(String token) {
    return FarSide.response(
        "200 OK",
        "Content-Type: application/json\r\n",
        "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":600}");
  }

  private static FarSide always(Optional<String> response) throws Exception {
    Function<FarSide.Request, Optional<String>> answers = request -> response;
    return new FarSide(answers);
  }

  private Outcome ask(FarSide far, Authentication authentication) throws Exception {
    return ask(provider, far, authentication);
  }

  private static Outcome ask(Provider provider, FarSide far, Authentication authentication)
      throws Exception {
    return provider.call(call(far.url(), authentication)).get(20, TimeUnit.SECONDS);
  }

  private static ProviderCall call(String url, Authentication authentication) {
    ProviderCall plain =
        Calls.at("http", Map.of())
            .asking("{\"method\":\"GET\",\"uri\":\"" + url + "/p?q=1\",\"redirect\":true}")
            .call();
    return new ProviderCall(
        plain.owner(),
        plain.form(),
        plain.attempt(),
        plain.account(),
        plain.function(),
        plain.target(),
        plain.arguments(),
        plain.timeout(),
        plain.notAfter(),
        plain.traceParent(),
        authentication,
        plain.guard());
  }

  private static Provider open(List<String> privateTargets) {
    return new HttpProviderFactory()
        .open(new ProviderSettings(privateTargets, "", new TreeMap<>(), List.of()));
  }
}
