package io.corale.node.outward.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Reply;
import io.corale.node.provider.Scheme;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A token is asked for once, and shown for as long as it is valid. */
class TokensTest {
  private static final String AUTHORITY = "https://sign-in.example/realms/readers";

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
          () -> nowNanos);

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
    Scheme.OAuthClient client = new Scheme.OAuthClient("d:k", "k 1", "client_secret_basic");
    tokens.of(grant(client, Optional.of(new Scheme.Login("ada", "p&q")), false));

    assertThat(asked.get(0).headers()).containsEntry("Authorization", Proof.basic("d%3Ak", "k+1"));
    assertThat(text(asked.get(0)))
        .isEqualTo(
            "grant_type=password&username=ada&password=p%26q&scope=read+write&audience=books");

    tokens.of(grant(new Scheme.OAuthClient("desk", "", "none"), Optional.empty(), true));
    assertThat(text(asked.get(1)))
        .isEqualTo(
            "{\"grant_type\":\"client_credentials\",\"client_id\":\"desk\","
                + "\"scope\":\"read write\",\"audience\":\"books\"}");
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
        new Scheme.OAuthClient("desk", secret, "client_secret_post"), Optional.empty(), false);
  }

  private static Scheme.Grant grant(
      Scheme.OAuthClient client, Optional<Scheme.Login> login, boolean isJson) {
    return new Scheme.Grant(
        AUTHORITY,
        "/issue",
        login.isPresent() ? "password" : "client_credentials",
        login,
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
        "client_credentials",
        Optional.empty(),
        new Scheme.OAuthClient("desk", "k1", "client_secret_post"),
        "application/x-www-form-urlencoded",
        List.of(),
        List.of(),
        List.of());
  }
}
