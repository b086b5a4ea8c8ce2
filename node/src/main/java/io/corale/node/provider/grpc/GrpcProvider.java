package io.corale.node.provider.grpc;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.node.outward.http.Courier;
import io.corale.node.outward.proof.Proofs;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.TargetRules;
import io.netty.channel.Channel;
import io.netty.channel.pool.ChannelPool;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Calls methods of gRPC services, each with one message for one answer.
 *
 * <p>The address that was checked against the operator's rules is the one that is connected to, so
 * that a name which resolves differently a moment later leads nowhere.
 */
final class GrpcProvider implements Provider {
  static final String ID = "grpc";

  /** A superpeer may send everything that an account permits at once. */
  private static final int MAX_RESOLVING = 8_192;

  private static final int RESOLVERS = 2;

  private final TargetRules rules;
  private final Lines lines;
  private final Courier courier;
  private final Proofs proofs;
  private final Methods methods = new Methods();
  private final ThreadPoolExecutor resolving;

  /**
   * @param courier asks for tokens; closed with this
   */
  GrpcProvider(TargetRules rules, SslContext tls, Courier courier) {
    this.rules = rules;
    this.lines = new Lines(tls);
    this.courier = courier;
    this.proofs = new Proofs(courier);
    this.resolving =
        new ThreadPoolExecutor(
            RESOLVERS,
            RESOLVERS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MAX_RESOLVING),
            new DefaultThreadFactory("grpc-resolve", true));
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<String> faults(Account account) {
    return GrpcAccount.faults(account.settings());
  }

  @Override
  public boolean takes(CallForm form) {
    return form == CallForm.RPC;
  }

  @Override
  public boolean authenticates() {
    return true;
  }

  @Override
  public CompletableFuture<Outcome> call(ProviderCall call) {
    List<String> faults = faults(call.account());
    if (!faults.isEmpty()) {
      return refused(String.join("; ", faults));
    }
    Message.Reading reading =
        Message.read(call, GrpcAccount.of(call.account().settings()), methods);
    if (reading instanceof Message.Reading.Bad bad) {
      return refused(bad.why());
    }
    return prove(call, ((Message.Reading.Good) reading).message());
  }

  private static CompletableFuture<Outcome> refused(String why) {
    return CompletableFuture.completedFuture(new Outcome.FunctionError(why, false));
  }

  /** Shows who sends it; where that takes a token, it is there before the guard is asked. */
  private CompletableFuture<Outcome> prove(ProviderCall call, Message message) {
    if (!(call.authentication() instanceof Authentication.Shown shown)) {
      return begin(new Attempt(call, message, Optional.empty()));
    }
    return proofs
        .of(shown, call.timeout())
        .thenCompose(
            made ->
                made instanceof Proofs.Made.Denied denied
                    ? CompletableFuture.completedFuture(denied.outcome())
                    : begin(
                        new Attempt(
                            call, message, Optional.of(((Proofs.Made.Ready) made).proof()))));
  }

  private CompletableFuture<Outcome> begin(Attempt attempt) {
    try {
      // Looking a name up may block; it never does so on an event loop.
      resolving.execute(() -> resolve(attempt));
    } catch (RejectedExecutionException e) {
      attempt.end(new Outcome.NotSent("too many names are being looked up"));
    }
    return attempt.answer();
  }

  private void resolve(Attempt attempt) {
    Target target = attempt.message().target();
    InetAddress address;
    try {
      address = InetAddress.getByName(target.host());
    } catch (UnknownHostException e) {
      attempt.end(new Outcome.Unavailable("host '" + target.host() + "' is not known", false));
      return;
    }
    if (!rules.allow(target.host(), address)) {
      attempt.end(new Outcome.FunctionError(TargetRules.refusal(target.host(), address), false));
      return;
    }
    ChannelPool pool = lines.pool(target, address);
    pool.acquire().addListener((Future<Channel> acquired) -> connected(pool, acquired, attempt));
  }

  private static void connected(ChannelPool pool, Future<Channel> acquired, Attempt attempt) {
    if (!acquired.isSuccess()) {
      attempt.end(unreachable(attempt, acquired.cause()));
      return;
    }
    Channel channel = acquired.getNow();
    // The guard is asked when the far side has proved who it is and what it speaks.
    Line.of(channel)
        .greeted()
        .addListener(
            greeted -> {
              if (greeted.isSuccess()) {
                channel.eventLoop().execute(() -> Exchange.begin(channel, pool, attempt));
                return;
              }
              channel.close();
              pool.release(channel);
              attempt.end(unreachable(attempt, greeted.cause()));
            });
  }

  private static Outcome unreachable(Attempt attempt, Throwable cause) {
    return new Outcome.Unavailable(
        "no connection to " + attempt.message().target() + ": " + cause.getMessage(), false);
  }

  @Override
  public void close() {
    resolving.shutdownNow();
    lines.close();
    courier.close();
  }
}
