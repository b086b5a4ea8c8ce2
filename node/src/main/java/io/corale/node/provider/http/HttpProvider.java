package io.corale.node.provider.http;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.Scheme;
import io.corale.node.provider.TargetRules;
import io.netty.channel.Channel;
import io.netty.channel.pool.ChannelPool;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Calls functions, and sends requests of compositions, by HTTP/1.1 with TLS or without.
 *
 * <p>The address that was checked against the operator's rules is the one that is connected to, so
 * that a name which resolves differently a moment later leads nowhere. That holds for every message
 * of an attempt, wherever a reply may point to.
 */
final class HttpProvider implements Provider {
  static final String ID = "http";

  /** A superpeer may send everything that an account permits at once. */
  private static final int MAX_RESOLVING = 8_192;

  private static final int RESOLVERS = 2;

  /** Of a client in a digest: no two draw the same. */
  private static final int NONCE_BYTES = 16;

  private final TargetRules rules;
  private final Connections connections;
  private final Tokens tokens = new Tokens(this::fetch, System::nanoTime);
  private final SecureRandom chance = new SecureRandom();
  private final ThreadPoolExecutor resolving;

  HttpProvider(TargetRules rules, SslContext tls) {
    this.rules = rules;
    this.connections = new Connections(tls);
    this.resolving =
        new ThreadPoolExecutor(
            RESOLVERS,
            RESOLVERS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MAX_RESOLVING),
            new DefaultThreadFactory("http-resolve", true));
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<String> faults(Account account) {
    return HttpTarget.faults(account.settings());
  }

  @Override
  public boolean takes(CallForm form) {
    return form != CallForm.RPC;
  }

  @Override
  public boolean authenticates() {
    return true;
  }

  @Override
  public CompletableFuture<Outcome> call(ProviderCall call) {
    return switch (call.form()) {
      case FUNCTION -> callFunction(call);
      case REQUEST -> request(call);
      case RPC -> throw new IllegalArgumentException("gRPC is another provider's");
    };
  }

  private CompletableFuture<Outcome> callFunction(ProviderCall call) {
    HttpTarget.Reading reading = HttpTarget.read(call.account().settings(), call.target());
    if (reading instanceof HttpTarget.Reading.Bad bad) {
      return refused(bad.why());
    }
    HttpTarget target = ((HttpTarget.Reading.Good) reading).target();
    String account = call.account().id().value();
    Answers answers =
        (reply, sent, messages) ->
            new Answers.Next.Ended(
                HttpAnswers.ofFunction(account, reply, InstantSource.system().instant()));
    return prove(call, target.message(call.arguments()), answers);
  }

  private CompletableFuture<Outcome> request(ProviderCall call) {
    WantedRequest.Reading reading = WantedRequest.read(call.arguments());
    if (reading instanceof WantedRequest.Reading.Bad bad) {
      return refused(bad.why());
    }
    WantedRequest wanted = ((WantedRequest.Reading.Good) reading).request();
    Answers answers =
        new RequestAnswers(call.account().id().value(), wanted, InstantSource.system());
    return prove(call, wanted.message(), answers);
  }

  private static CompletableFuture<Outcome> refused(String why) {
    return CompletableFuture.completedFuture(new Outcome.FunctionError(why, false));
  }

  /** Shows who sends it; where that takes a token, it is there before the guard is asked. */
  private CompletableFuture<Outcome> prove(ProviderCall call, Message message, Answers answers) {
    if (!(call.authentication() instanceof Authentication.Shown shown)) {
      return begin(new Journey(call, answers), message);
    }
    if (!(shown.scheme() instanceof Scheme.Grant grant)) {
      Proof proof = new Proof(shown, Optional.empty());
      return begin(
          new Journey(call, proven(answers, proof, message, () -> {})), proof.put(message));
    }
    return tokens
        .of(grant)
        .completeOnTimeout(Tokens.Token.late(), call.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .thenCompose(
            token -> {
              if (token instanceof Tokens.Token.Denied denied) {
                return CompletableFuture.completedFuture(denied.outcome());
              }
              Proof proof = new Proof(shown, Optional.of(((Tokens.Token.Given) token).text()));
              Answers watched = proven(answers, proof, message, () -> tokens.forget(grant));
              return begin(new Journey(call, watched), proof.put(message));
            });
  }

  private Answers proven(Answers answers, Proof proof, Message message, Runnable onUnauthorized) {
    return new ProvenAnswers(answers, proof, message.origin(), onUnauthorized, this::nonce);
  }

  private String nonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    chance.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Sends a message that is of no attempt, under the same rules. */
  private CompletableFuture<Tokens.Fetched> fetch(Message message) {
    CompletableFuture<Tokens.Fetched> fetched = new CompletableFuture<>();
    Answers answers =
        (reply, sent, messages) -> {
          fetched.complete(new Tokens.Fetched.Answered(reply));
          return new Answers.Next.Ended(new Outcome.Success(Payload.NULL));
        };
    var unused =
        begin(Journey.ofNoAttempt(Tokens.PATIENCE, answers), message)
            .thenAccept(outcome -> fetched.complete(Tokens.Fetched.unanswered(outcome)));
    return fetched;
  }

  private CompletableFuture<Outcome> begin(Journey journey, Message message) {
    go(journey, message);
    return journey.answer();
  }

  /** Sends the first message of an attempt, or the next. */
  private void go(Journey journey, Message message) {
    try {
      // Looking a name up may block; it never does so on an event loop.
      resolving.execute(() -> resolve(journey, message));
    } catch (RejectedExecutionException e) {
      journey.end(new Outcome.NotSent("too many names are being looked up"));
    }
  }

  private void resolve(Journey journey, Message message) {
    Origin origin = message.origin();
    InetAddress address;
    try {
      address = InetAddress.getByName(origin.host());
    } catch (UnknownHostException e) {
      journey.end(new Outcome.Unavailable("host '" + origin.host() + "' is not known", false));
      return;
    }
    if (!rules.allow(origin.host(), address)) {
      journey.end(new Outcome.FunctionError(TargetRules.refusal(origin.host(), address), false));
      return;
    }
    ChannelPool pool = connections.pool(origin, address);
    pool.acquire()
        .addListener((Future<Channel> acquired) -> connected(pool, acquired, journey, message));
  }

  private void connected(
      ChannelPool pool, Future<Channel> acquired, Journey journey, Message message) {
    if (!acquired.isSuccess()) {
      journey.end(
          new Outcome.Unavailable(
              "no connection to " + message.origin() + ": " + acquired.cause().getMessage(),
              false));
      return;
    }
    Channel channel = acquired.getNow();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      channel.eventLoop().execute(() -> send(channel, pool, journey, message));
      return;
    }
    // The guard is asked when the far side has proved who it is, and not before.
    tls.handshakeFuture()
        .addListener(
            (Future<Channel> proved) -> {
              if (proved.isSuccess()) {
                channel.eventLoop().execute(() -> send(channel, pool, journey, message));
                return;
              }
              channel.close();
              pool.release(channel);
              journey.end(
                  new Outcome.Unavailable(
                      "no TLS with " + message.origin() + ": " + proved.cause().getMessage(),
                      false));
            });
  }

  private void send(Channel channel, ChannelPool pool, Journey journey, Message message) {
    HttpExchange.begin(
        channel, new HttpExchange.Running(pool, journey, message, next -> go(journey, next)));
  }

  @Override
  public void close() {
    resolving.shutdownNow();
    connections.close();
  }
}
