package io.corale.node.provider.grpc;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.node.outward.http.Courier;
import io.corale.node.outward.netty.Reach;
import io.corale.node.outward.proof.Proofs;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.TargetRules;
import io.netty.channel.Channel;
import io.netty.channel.pool.ChannelPool;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Calls methods of gRPC services, each with one message for one answer. */
final class GrpcProvider implements Provider {
  static final String ID = "grpc";

  private final Lines lines;
  private final Courier courier;
  private final Proofs proofs;
  private final Methods methods = new Methods();

  /**
   * @param courier asks for tokens; closed with this
   */
  GrpcProvider(TargetRules rules, SslContext tls, Courier courier) {
    this.lines = new Lines(rules, tls);
    this.courier = courier;
    this.proofs = new Proofs(courier);
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
    lines.to(
        attempt.message().target(),
        attempt.call(),
        new Reach.Traveller() {
          @Override
          public void arrived(Channel channel, ChannelPool pool) {
            Exchange.begin(channel, pool, attempt);
          }

          @Override
          public void stranded(Outcome outcome) {
            attempt.end(outcome);
          }
        });
    return attempt.answer();
  }

  @Override
  public void close() {
    lines.close();
    courier.close();
  }
}
