package io.corale.node.provider.http;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.outward.http.Answers;
import io.corale.node.outward.http.Courier;
import io.corale.node.outward.http.Journey;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.proof.Proof;
import io.corale.node.outward.proof.Proofs;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.TargetRules;
import io.corale.node.provider.Told;
import io.netty.handler.ssl.SslContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Calls functions, and sends requests of compositions, by HTTP/1.1 with TLS or without. */
final class HttpProvider implements Provider {
  static final String ID = "http";

  /** Of a client in a digest: no two draw the same. */
  private static final int NONCE_BYTES = 16;

  /** A person would have given up; it is asked again. */
  private static final Duration ASKING = Duration.ofSeconds(10);

  private final Courier courier;
  private final Proofs proofs;
  private final SecureRandom chance = new SecureRandom();

  HttpProvider(TargetRules rules, SslContext tls) {
    this.courier = new Courier("http-provider", rules, tls);
    this.proofs = new Proofs(courier);
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
  public CompletableFuture<Told> discover(Account account, Authentication authentication) {
    Optional<Message> asking = HttpTarget.asking(account.settings());
    if (asking.isEmpty()) {
      return CompletableFuture.completedFuture(new Told.Nothing());
    }
    if (!(authentication instanceof Authentication.Shown shown)) {
      return ask(asking.get());
    }
    return proofs
        .of(shown, ASKING)
        .thenCompose(
            made ->
                made instanceof Proofs.Made.Ready ready
                    ? ask(ProvenMessages.with(ready.proof(), asking.get()))
                    : CompletableFuture.completedFuture(
                        new Told.Failed("there is nothing to show it")));
  }

  /** Where an answer points to is not asked: what is shown is for nobody else. */
  private CompletableFuture<Told> ask(Message message) {
    CompletableFuture<Told> told = new CompletableFuture<>();
    Answers answers =
        (reply, sent, messages) -> {
          told.complete(LimitsAnswer.read(reply));
          return new Answers.Next.Ended(new Outcome.Success(Payload.NULL));
        };
    var unused =
        courier
            .begin(Journey.ofNoAttempt(ASKING, answers), message)
            .thenAccept(outcome -> told.complete(unanswered(outcome)));
    return told;
  }

  private static Told unanswered(Outcome outcome) {
    if (outcome instanceof Outcome.FunctionError error) {
      return new Told.Failed(error.detail());
    }
    return outcome instanceof Outcome.Unavailable gone
        ? new Told.Failed(gone.detail())
        : new Told.Failed("it is not reached, or does not answer within " + ASKING);
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
    Answers answers =
        (reply, sent, messages) ->
            new Answers.Next.Ended(HttpAnswers.ofFunction(reply, InstantSource.system().instant()));
    return prove(call, target.message(call.arguments()), answers);
  }

  private CompletableFuture<Outcome> request(ProviderCall call) {
    WantedRequest.Reading reading = WantedRequest.read(call.arguments());
    if (reading instanceof WantedRequest.Reading.Bad bad) {
      return refused(bad.why());
    }
    WantedRequest wanted = ((WantedRequest.Reading.Good) reading).request();
    Answers answers = new RequestAnswers(wanted, InstantSource.system());
    return prove(call, wanted.message(), answers);
  }

  private static CompletableFuture<Outcome> refused(String why) {
    return CompletableFuture.completedFuture(new Outcome.FunctionError(why, false));
  }

  /** Shows who sends it; where that takes a token, it is there before the guard is asked. */
  private CompletableFuture<Outcome> prove(ProviderCall call, Message message, Answers answers) {
    if (!(call.authentication() instanceof Authentication.Shown shown)) {
      return courier.begin(new Journey(call, answers), message);
    }
    return proofs
        .of(shown, call.timeout())
        .thenCompose(
            made ->
                made instanceof Proofs.Made.Denied denied
                    ? CompletableFuture.completedFuture(denied.outcome())
                    : begin(call, message, answers, ((Proofs.Made.Ready) made).proof()));
  }

  private CompletableFuture<Outcome> begin(
      ProviderCall call, Message message, Answers answers, Proof proof) {
    Answers proven = new ProvenAnswers(answers, proof, message.origin(), this::nonce);
    return courier.begin(new Journey(call, proven), ProvenMessages.with(proof, message));
  }

  private String nonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    chance.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public void close() {
    courier.close();
  }
}
