package io.corale.node.outward.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Reply;
import io.corale.node.provider.Scheme;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A token is asked for once, and shown for as long as it is valid. */
class TokensTest {
  private static final String AUTHORITY = "https://sign-in.example/realms/readers";

  private static final String SECRET = "k1-of-at-least-32-bytes-0123456789";

  private static final String SIGNED =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXNrIiwic3ViIjoiZGVzayIsImF1Z"
          + "CI6Imh0dHBzOi8vc2lnbi1pbi5leGFtcGxlL3JlYWxtcy9yZWFkZXJzL2lzc3VlIiwianRpIjoiajE"
          + "iLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDA2MH0.Xl2Sd17EAh2w188SE4tZiY6eFmwof"
          + "GaihwaCQXdTYnA";

  private final List<Message> asked = new ArrayList<>();
  private final List<CompletableFuture<Tokens.Fetched>> replies = new ArrayList<>();
  private long nowNanos = 5;
  private final Tokens tokens =
      new Tokens(
          message -> {
            asked.add(message);
            replies.add(new CompletableFuture<>());
            return replies.get(replies.size() - 1);
          },
          () -> nowNanos,
          new Assertions(() -> Instant.ofEpochSecond(1_700_000_000), () -> "j1"));

  @Test
  void ofManyThatNeedItOneAsks() {
    List<CompletableFuture<Tokens.Token>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(tokens.of(grant("k1")));
    }
    assertThat(asked).hasSize(1);

    answer(200, "{\"access_token\": \"t1\", \"expires_in\": 100}");

    assertThat(waiting)
        .extracting(CompletableFuture::join)
        .containsOnly(new Tokens.Token.Given("t1"));
    assertThat(text(asked.get(0)))
        .isEqualTo(
            "grant_type=client_credentials&client_id=desk&client_secret=k1&scope=read+write"
                + "&audience=books");
    assertThat(asked.get(0).uri()).hasToString(AUTHORITY + "/issue");
  }

  @Test
  void isAskedForAnewShortlyBeforeItsEnd() {
    tokens.of(grant("k1"));
    answer(200, "{\"access_token\": \"t1\", \"expires_in\": 100}");

    pass(Duration.ofSeconds(89));
    tokens.of(grant("k1"));
    assertThat(asked).hasSize(1);

    pass(Duration.ofSeconds(1));
    CompletableFuture<Tokens.Token> next = tokens.of(grant("k1"));
    assertThat(asked).hasSize(2);
    answer(200, "{\"access_token\": \"t2\"}");
    assertThat(next.join()).isEqualTo(new Tokens.Token.Given("t2"));
  }

  @Test
  void isNotShownAgainWhenItWasNotBelieved() {
    tokens.of(grant("k1"));
    tokens.forget(grant("k1"));
    assertThat(tokens.of(grant("k1"))).isNotDone();
    answer(200, "{\"access_token\": \"t1\"}");
    assertThat(asked).as("one that is asked for is not forgotten").hasSize(1);

    tokens.forget(grant("k1"));
    tokens.of(grant("k1"));

    assertThat(asked).hasSize(2);
  }

  @Test
  void isOfItsSecret() {
    tokens.of(grant("k1"));
    tokens.of(grant("k2"));

    assertThat(asked).hasSize(2);
  }

  @Test
  void aRefusalIsFinalAndKeptForAMoment() {
    CompletableFuture<Tokens.Token> denied = tokens.of(grant("k1"));
    answer(401, "{\"error\": \"invalid_client\", \"error_description\": \"k1 is wrong\"}");

    assertThat(denied.join())
        .isEqualTo(
            new Tokens.Token.Denied(
                new Outcome.Unready(
                    Outcome.Lack.AUTHENTICATION,
                    "there is no token to show: the token endpoint answered 401 (invalid_client)",
                    false)));
    tokens.of(grant("k1"));
    assertThat(asked).hasSize(1);
    pass(Duration.ofSeconds(1));
    tokens.of(grant("k1"));
    assertThat(asked).hasSize(2);
  }

  @Test
  void whatMayHelpLaterIsTriedAgain() {
    CompletableFuture<Tokens.Token> broken = tokens.of(grant("k1"));
    answer(503, "down");
    assertThat(denial(broken).retryable()).isTrue();

    pass(Duration.ofSeconds(1));
    CompletableFuture<Tokens.Token> unreached = tokens.of(grant("k1"));
    replies
        .get(1)
        .complete(Tokens.Fetched.unanswered(new Outcome.Unavailable("no k1 here", false)));
    assertThat(denial(unreached).retryable()).isTrue();
    assertThat(denial(unreached).detail()).doesNotContain("k1");
  }

  @Test
  void whatIsNoTokenIsNotShown() {
    for (String body :
        List.of(
            "{}",
            "[1]",
            "no JSON",
            "{\"access_token\": \"a b\"}",
            "{\"access_token\": \"" + "x".repeat(6_001) + "\"}",
            "{\"access_token\": \"t\", \"token_type\": \"mac\"}")) {
      CompletableFuture<Tokens.Token> denied = tokens.of(grant(body));
      answer(200, body);
      assertThat(denial(denied).retryable()).as(body).isFalse();
    }
  }

  @Test
  void findsTheEndpointThatTheAuthorityNames() {
    CompletableFuture<Tokens.Token> token = tokens.of(discovered());
    assertThat(asked.get(0).uri()).hasToString(AUTHORITY + "/.well-known/openid-configuration");
    answer(
        200,
        "{\"issuer\": \"" + AUTHORITY + "\", \"token_endpoint\": \"https://other.example/t\"}");
    assertThat(asked.get(1).uri()).hasToString("https://other.example/t");
    answer(200, "{\"access_token\": \"t1\"}");
    assertThat(token.join()).isEqualTo(new Tokens.Token.Given("t1"));

    tokens.forget(discovered());
    tokens.of(discovered());
    assertThat(asked).as("the endpoint is remembered").hasSize(3);
  }

  @Test
  void believesNoOtherIssuerAndLeavesNoTls() {
    CompletableFuture<Tokens.Token> other = tokens.of(discovered());
    answer(200, "{\"issuer\": \"https://evil\", \"token_endpoint\": \"https://evil/t\"}");
    assertThat(denial(other).detail()).contains("another issuer");

    pass(Duration.ofSeconds(1));
    CompletableFuture<Tokens.Token> open = tokens.of(discovered());
    answer(200, "{\"issuer\": \"" + AUTHORITY + "\", \"token_endpoint\": \"http://x.example/t\"}");
    assertThat(denial(open).detail()).contains("no token endpoint to be used");
    assertThat(asked).hasSize(2);
  }

  @Test
  void provesItsClientByAHeaderOrInJson() {
    Scheme.OAuthClient client = new Scheme.OAuthClient("d:k", "k 1", "", "client_secret_basic");
    tokens.of(grant(client, new Scheme.Asking.WithLogin(new Scheme.Login("ada", "p&q")), false));

    assertThat(asked.get(0).headers()).containsEntry("Authorization", Proof.basic("d%3Ak", "k+1"));
    assertThat(text(asked.get(0)))
        .isEqualTo(
            "grant_type=password&username=ada&password=p%26q&scope=read+write&audience=books");

    tokens.of(
        grant(new Scheme.OAuthClient("desk", "", "", "none"), new Scheme.Asking.OfItself(), true));
    assertThat(text(asked.get(1)))
        .isEqualTo(
            "{\"grant_type\":\"client_credentials\",\"client_id\":\"desk\","
                + "\"scope\":\"read write\",\"audience\":\"books\"}");
  }

  @Test
  void showsWhatATokenIsGivenFor() {
    Scheme.OAuthClient client = new Scheme.OAuthClient("desk", "k1", "", "client_secret_post");
    tokens.of(grant(client, new Scheme.Asking.Anew("r+1"), false));
    assertThat(text(asked.get(0)))
        .isEqualTo(
            "grant_type=refresh_token&client_id=desk&client_secret=k1&refresh_token=r%2B1"
                + "&scope=read+write&audience=books");

    tokens.of(
        grant(
            client,
            new Scheme.Asking.InExchange(
                new Scheme.SecurityToken("s1", "urn:x:jwt"),
                Optional.of(new Scheme.SecurityToken("a1", "urn:x:saml2"))),
            true));
    assertThat(text(asked.get(1)))
        .contains("\"grant_type\":\"urn:ietf:params:oauth:grant-type:token-exchange\"")
        .contains("\"subject_token\":\"s1\",\"subject_token_type\":\"urn:x:jwt\"")
        .contains("\"actor_token\":\"a1\",\"actor_token_type\":\"urn:x:saml2\"");
  }

  /** The signature is that of another implementation of RFC 7515. */
  @Test
  void provesItsClientByAnAssertion() {
    tokens.of(
        grant(
            new Scheme.OAuthClient("desk", SECRET, "", "client_secret_jwt"),
            new Scheme.Asking.OfItself(),
            false));
    assertThat(text(asked.get(0)))
        .startsWith(
            "grant_type=client_credentials&client_id=desk&scope=read+write&audience=books"
                + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type"
                + "%3Ajwt-bearer&client_assertion=")
        .endsWith("=" + SIGNED)
        .doesNotContain(SECRET);

    tokens.of(
        grant(
            new Scheme.OAuthClient("desk", "", "a.b.c", "private_key_jwt"),
            new Scheme.Asking.OfItself(),
            false));
    assertThat(text(asked.get(1))).endsWith("&client_assertion=a.b.c");
  }

  @Test
  void believesOnlyTokensOfTheIssuersThatAreListed() {
    for (List<String> row :
        List.of(
            List.of("{\"iss\":\"https://a\"}", "true"),
            List.of("{\"iss\":\"https://evil\"}", "false"),
            List.of("{}", "false"),
            List.of("no JSON", "false"))) {
      CompletableFuture<Tokens.Token> token = tokens.of(issuedBy("/issue", row.get(0)));
      answer(200, "{\"access_token\": \"" + jwt(row.get(0)) + "\"}");
      assertThat(token.join() instanceof Tokens.Token.Given)
          .as(row.get(0))
          .isEqualTo(Boolean.parseBoolean(row.get(1)));
    }
    CompletableFuture<Tokens.Token> opaque = tokens.of(issuedBy("/issue", "opaque"));
    answer(200, "{\"access_token\": \"opaque\"}");
    assertThat(denial(opaque).detail()).contains("not of an issuer that 'issuers' lists");

    CompletableFuture<Tokens.Token> vouched = tokens.of(issuedBy("", "opaque"));
    answer(200, "{\"issuer\": \"https://a\", \"token_endpoint\": \"https://a/t\"}");
    answer(200, "{\"access_token\": \"opaque\"}");
    assertThat(vouched.join())
        .as("its authority's configuration is of one")
        .isEqualTo(new Tokens.Token.Given("opaque"));
  }

  private static Scheme.Grant issuedBy(String endpoint, String secret) {
    return new Scheme.Grant(
        AUTHORITY,
        endpoint,
        new Scheme.Asking.OfItself(),
        new Scheme.OAuthClient("desk", secret, "", "client_secret_post"),
        "application/x-www-form-urlencoded",
        List.of(),
        List.of(),
        List.of("https://a"));
  }

  private static String jwt(String claims) {
    String body =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    return "e30." + body + ".c2ln";
  }

  private void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  private void answer(int status, String body) {
    Reply reply = new Reply(status, new DefaultHttpHeaders(), ByteString.copyFromUtf8(body));
    replies.get(replies.size() - 1).complete(new Tokens.Fetched.Answered(reply));
  }

  private static Outcome.Unready denial(CompletableFuture<Tokens.Token> token) {
    return (Outcome.Unready) ((Tokens.Token.Denied) token.join()).outcome();
  }

  private static String text(Message message) {
    return message.body().orElseThrow().toStringUtf8();
  }

  private static Scheme.Grant grant(String secret) {
    return grant(
        new Scheme.OAuthClient("desk", secret, "", "client_secret_post"),
        new Scheme.Asking.OfItself(),
        false);
  }

  private static Scheme.Grant grant(
      Scheme.OAuthClient client, Scheme.Asking asking, boolean isJson) {
    return new Scheme.Grant(
        AUTHORITY,
        "/issue",
        asking,
        client,
        isJson ? "application/json" : "application/x-www-form-urlencoded",
        List.of("read", "write"),
        List.of("books"),
        List.of());
  }

  private static Scheme.Grant discovered() {
    return new Scheme.Grant(
        AUTHORITY,
        "",
        new Scheme.Asking.OfItself(),
        new Scheme.OAuthClient("desk", "k1", "", "client_secret_post"),
        "application/x-www-form-urlencoded",
        List.of(),
        List.of(),
        List.of());
  }
}
