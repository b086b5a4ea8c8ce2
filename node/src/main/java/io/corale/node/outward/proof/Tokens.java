package io.corale.node.outward.proof;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.corale.model.Outcome;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Reply;
import io.corale.node.provider.Scheme;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that token endpoints gave, each until shortly before its end. Of any number of
 * attempts that need the same one, one asks for it. Thread-safe; never blocks.
 */
final class Tokens {
  /** A kilobyte or two each. */
  private static final int MAX_TOKENS = 2_000;

  /** What is left of a token's life when it is not used any more; a tenth of short lives. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  /** A token endpoint that fails is not asked by every attempt that waits. */
  private static final Duration FAILURE_LIFE = Duration.ofSeconds(1);

  /** An authority does not move its endpoints from one hour to the next. */
  private static final Duration ENDPOINT_LIFE = Duration.ofHours(1);

  private static final int MAX_ENDPOINTS = 1_000;

  /** A person would have given up; attempts are tried again. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Fetch fetch;
  private final LongSupplier nanos;
  private final Assertions assertions;
  private final Cache<Scheme.Grant, Held> held =
      Caffeine.newBuilder().maximumSize(MAX_TOKENS).executor(Runnable::run).build();
  private final Cache<String, URI> endpoints =
      Caffeine.newBuilder()
          .maximumSize(MAX_ENDPOINTS)
          .expireAfterWrite(ENDPOINT_LIFE)
          .executor(Runnable::run)
          .build();

  /** Sends a message that is of no attempt. */
  @FunctionalInterface
  interface Fetch {
    /** Completes normally, within {@link #PATIENCE} or a little more. */
    CompletableFuture<Fetched> send(Message message);
  }

  /** What came of it. */
  sealed interface Fetched {
    /** A reply, of whatever status. */
    record Answered(Reply reply) implements Fetched {}

    /** None. */
    record Failed(String why, boolean mayHelpLater) implements Fetched {}

    /** Told in general terms: where a token is asked for may itself be a secret. */
    static Fetched unanswered(Outcome outcome) {
      return outcome instanceof Outcome.FunctionError
          ? new Failed(
              "it is not public (an operator may list it in http.privateTargets), or its answer is"
                  + " too long",
              false)
          : new Failed("it is not reached, or does not answer", true);
    }
  }

  /** A token, or why there is none. */
  sealed interface Token {
    /** To be shown. */
    record Given(String text) implements Token {
      @Override
      public String toString() {
        return "Given";
      }
    }

    /** There is none. */
    record Denied(Outcome outcome) implements Token {}

    /** It is not there in the time of the call, which was certainly not sent then. */
    static Token late() {
      return new Denied(
          new Outcome.Unready(
              Outcome.Lack.AUTHENTICATION,
              "there is no token to show: the token endpoint did not answer in time",
              true));
    }
  }

  /** A token that is asked for, or was; its time begins when it is there. */
  private static final class Held {
    private final CompletableFuture<Token> token = new CompletableFuture<>();
    private volatile long untilNanos;

    boolean isOver(long nowNanos) {
      return token.isDone() && nowNanos - untilNanos >= 0;
    }

    void end(Token result, long untilNanos) {
      this.untilNanos = untilNanos;
      token.complete(result);
    }
  }

  Tokens(Fetch fetch, LongSupplier nanos, Assertions assertions) {
    this.fetch = fetch;
    this.nanos = nanos;
    this.assertions = assertions;
  }

  /** The token of this grant. The future completes normally. */
  CompletableFuture<Token> of(Scheme.Grant grant) {
    Held fresh = new Held();
    Held found =
        held.asMap()
            .compute(
                grant,
                (key, known) -> known == null || known.isOver(nanos.getAsLong()) ? fresh : known);
    if (found == fresh) {
      ask(grant, fresh);
    }
    return found.token.copy();
  }

  /** It was not believed, so that the next attempt asks for another one. */
  void forget(Scheme.Grant grant) {
    held.asMap().computeIfPresent(grant, (key, known) -> known.token.isDone() ? null : known);
  }

  private void ask(Scheme.Grant grant, Held fresh) {
    var unused =
        endpoint(grant)
            .thenCompose(
                found ->
                    found instanceof TokenMessages.Answer.Endpoint endpoint
                        ? send(request(endpoint.uri(), grant))
                            .thenApply(
                                fetched ->
                                    answer(fetched, reply -> TokenMessages.token(reply, grant)))
                        : CompletableFuture.completedFuture(found))
            .completeOnTimeout(
                new TokenMessages.Answer.Nothing("the token endpoint did not answer", true),
                2 * PATIENCE.toMillis(),
                TimeUnit.MILLISECONDS)
            .whenComplete((answer, failure) -> end(fresh, answer, failure));
  }

  private Message request(URI uri, Scheme.Grant grant) {
    return TokenMessages.request(uri, grant, assertions.of(grant.client(), uri));
  }

  private CompletableFuture<Fetched> send(Message message) {
    return fetch.send(message);
  }

  private CompletableFuture<TokenMessages.Answer> endpoint(Scheme.Grant grant) {
    if (!grant.isDiscovered()) {
      return done(endpoint(TokenMessages.endpoint(grant)));
    }
    URI known = endpoints.getIfPresent(key(grant));
    if (known != null) {
      return done(new TokenMessages.Answer.Endpoint(known));
    }
    Optional<URI> configuration = TokenMessages.configuration(grant);
    if (configuration.isEmpty()) {
      return done(endpoint(configuration));
    }
    return send(TokenMessages.discovery(configuration.get()))
        .thenApply(
            fetched -> {
              TokenMessages.Answer found =
                  answer(fetched, reply -> TokenMessages.endpoint(reply, grant));
              if (found instanceof TokenMessages.Answer.Endpoint endpoint) {
                endpoints.put(key(grant), endpoint.uri());
              }
              return found;
            });
  }

  private static String key(Scheme.Grant grant) {
    return grant.authority() + " " + grant.issuers();
  }

  private static TokenMessages.Answer endpoint(Optional<URI> uri) {
    return uri.<TokenMessages.Answer>map(TokenMessages.Answer.Endpoint::new)
        .orElse(
            new TokenMessages.Answer.Nothing(
                "'authority' must be http(s)://host[:port][/path]", false));
  }

  private static TokenMessages.Answer answer(
      Fetched fetched, Function<Reply, TokenMessages.Answer> read) {
    if (fetched instanceof Fetched.Answered answered) {
      return read.apply(answered.reply());
    }
    Fetched.Failed failed = (Fetched.Failed) fetched;
    return new TokenMessages.Answer.Nothing(
        "the token endpoint cannot be asked: " + failed.why(), failed.mayHelpLater());
  }

  private void end(Held fresh, TokenMessages.@Nullable Answer answer, @Nullable Throwable failure) {
    long now = nanos.getAsLong();
    if (answer instanceof TokenMessages.Answer.Token token) {
      Duration tenth = token.life().dividedBy(10);
      Duration margin = tenth.compareTo(MARGIN) < 0 ? tenth : MARGIN;
      fresh.end(new Token.Given(token.token()), now + token.life().minus(margin).toNanos());
      return;
    }
    TokenMessages.Answer.Nothing nothing =
        answer instanceof TokenMessages.Answer.Nothing given
            ? given
            : new TokenMessages.Answer.Nothing("asking for a token broke: " + failure, true);
    fresh.end(
        new Token.Denied(
            new Outcome.Unready(
                Outcome.Lack.AUTHENTICATION,
                "there is no token to show: " + nothing.why(),
                nothing.mayHelpLater())),
        now + FAILURE_LIFE.toNanos());
  }

  private static CompletableFuture<TokenMessages.Answer> done(TokenMessages.Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
