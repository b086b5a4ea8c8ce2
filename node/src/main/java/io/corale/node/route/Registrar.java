package io.corale.node.route;

import com.google.protobuf.ByteString;
import io.corale.flow.Compilation;
import io.corale.flow.Composition;
import io.corale.flow.Need;
import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.model.SealedSecret;
import io.corale.node.door.Caller;
import io.corale.node.door.Credentials;
import io.corale.node.registry.Answer;
import io.corale.node.registry.Publication;
import io.corale.node.registry.Registration;
import io.corale.node.registry.Registry;
import io.corale.node.registry.RegistryUnavailable;
import io.corale.node.registry.TokenEntry;
import io.corale.node.registry.UnknownRecordException;
import io.corale.node.thread.FairPool;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.Exchange;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owners, accounts, secrets, functions, compositions and tokens: any node enters them in the
 * registry, then tells the owner's superpeer if there is one. Thread-safe.
 */
final class Registrar {
  private static final Logger log = LoggerFactory.getLogger(Registrar.class);

  private static final Duration REGISTRY_PAUSE = Duration.ofSeconds(2);

  private final Registry registry;
  private final AccountRegistrar accounts;
  private final SecretRegistrar secrets;
  private final Announcer announcer;
  private final Linking linking;
  private final FunctionRegistrar functions;
  private final Clock clock;

  /**
   * @param compiling where sources are compiled; may refuse
   */
  Registrar(
      Registry registry,
      AccountRegistrar accounts,
      SecretRegistrar secrets,
      Announcer announcer,
      FairPool<OwnerId> compiling,
      Clock clock) {
    this.registry = registry;
    this.accounts = accounts;
    this.secrets = secrets;
    this.announcer = announcer;
    this.linking = new Linking(registry, compiling);
    this.functions = new FunctionRegistrar(registry, compiling);
    this.clock = clock;
  }

  void serve(Exchange exchange, Caller caller, OwnerId owner) {
    Door.Request request = exchange.request();
    Optional<Refusal> forbidden = forbidden(request, caller, owner);
    CompletableFuture<Door.Response.Builder> answer =
        forbidden.isPresent() ? refused(forbidden.get()) : carryOut(request, owner);
    answer.whenComplete(
        (response, failure) -> exchange.answer(failure == null ? response : failed(failure)));
  }

  private CompletableFuture<Door.Response.Builder> carryOut(Door.Request request, OwnerId owner) {
    try {
      return switch (request.getWhatCase()) {
        case PUT_OWNER -> putOwner(owner);
        case PUT_ACCOUNT -> accounts.put(owner, request.getPutAccount());
        case PUT_LIMITED_ACCOUNT -> accounts.put(owner, request.getPutLimitedAccount());
        case PUBLISH -> publish(owner, request.getPublish());
        case PUT_FUNCTION -> functions.put(owner, request.getPutFunction());
        case REMOVE_FUNCTION -> functions.remove(owner, request.getRemoveFunction());
        case LIST_FUNCTIONS -> functions.list(owner, request.getListFunctions());
        case CREATE_TOKEN -> createToken(owner, request.getCreateToken());
        case CHANGE_SECRET -> changeSecret(owner, request.getChangeSecret());
        case LIST_SECRETS -> secrets.list(owner);
        default -> describe(owner);
      };
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Optional<Refusal> forbidden(Door.Request request, Caller caller, OwnerId owner) {
    return switch (request.getWhatCase()) {
      case PUT_OWNER -> caller.lacksOperator();
      case CREATE_TOKEN ->
          request.getCreateToken().getOperator()
              ? caller.lacksOperator()
              : caller.lacks(Right.ADMIN, owner);
      case PUBLISH, PUT_FUNCTION, REMOVE_FUNCTION -> caller.lacks(Right.PUBLISH, owner);
      case DESCRIBE, LIST_FUNCTIONS -> caller.lacks(Right.READ, owner);
      default -> caller.lacks(Right.ADMIN, owner);
    };
  }

  private CompletableFuture<Door.Response.Builder> putOwner(OwnerId owner) {
    return registry.createOwner(owner).thenApply(created -> done(0));
  }

  private CompletableFuture<Door.Response.Builder> changeSecret(
      OwnerId owner, Door.ChangeSecret asked) {
    return secrets
        .change(owner, asked)
        .thenCompose(
            answer ->
                answer instanceof Answer.Given<List<SealedSecret>> given
                    ? told(owner, SecretRegistrar.report(given.value()))
                    : refused(((Answer.Refused<?>) answer).refusal()));
  }

  private CompletableFuture<Door.Response.Builder> publish(OwnerId owner, Door.Publish asked) {
    return linking
        .link(owner, asked)
        .thenCompose(
            linked -> {
              Compilation compilation = linked.compilation();
              if (compilation instanceof Compilation.Compiled done) {
                return enter(owner, done.composition(), linked.kept());
              }
              return compilation instanceof Compilation.Lacking lacking
                  ? CompletableFuture.completedFuture(lacking(lacking))
                  : refused(Diagnostics.refusal(((Compilation.Broken) compilation).diagnostics()));
            });
  }

  private static Door.Response.Builder lacking(Compilation.Lacking lacking) {
    Door.Lacking.Builder needs = Door.Lacking.newBuilder();
    for (Need need : lacking.needs()) {
      needs.addNeeds(
          Door.Need.newBuilder()
              .setAddress(need.address())
              .setLine(need.line())
              .setColumn(need.column()));
    }
    return Door.Response.newBuilder().setLacking(needs);
  }

  private CompletableFuture<Door.Response.Builder> enter(
      OwnerId owner, Composition composition, ByteString source) {
    ByteString digest = ByteString.copyFrom(HexFormat.of().parseHex(composition.digest()));
    return registry
        .publish(owner, composition.ref(), source, digest)
        .thenCompose(
            answer -> {
              if (answer instanceof Answer.Given<Publication> given) {
                Door.Response.Builder published =
                    Door.Response.newBuilder()
                        .setPublished(
                            Door.Published.newBuilder()
                                .setComposition(Encode.composition(composition.ref()))
                                .setKnownAlready(given.value().knownAlready()));
                return composition.schedule().isPresent()
                    ? told(owner, announcer::awaken, published)
                    : told(owner, published);
              }
              return refused(((Answer.Refused<?>) answer).refusal());
            });
  }

  private CompletableFuture<Door.Response.Builder> createToken(
      OwnerId owner, Door.CreateToken asked) {
    Set<Right> rights = EnumSet.noneOf(Right.class);
    rights.addAll(Decode.rights(asked.getRightsValueList()));
    if (rights.isEmpty() && !asked.getOperator()) {
      throw new IllegalArgumentException(
          "create_token.rights: name at least one of invoke, read, publish, admin");
    }
    TreeMap<OwnerId, Set<Right>> byOwner = new TreeMap<>();
    if (!rights.isEmpty()) {
      byOwner.put(owner, rights);
    }
    String token = Credentials.newToken();
    TokenEntry entry =
        new TokenEntry(Credentials.hash(token), asked.getSubject(), asked.getOperator(), byOwner);
    return registry
        .createToken(entry)
        .thenApply(
            created ->
                Door.Response.newBuilder()
                    .setToken(Door.TokenCreated.newBuilder().setToken(token)));
  }

  private CompletableFuture<Door.Response.Builder> describe(OwnerId owner) {
    return registry
        .owner(owner)
        .thenApply(
            entry -> {
              if (entry.isEmpty()) {
                return Journey.refused(
                    Refusal.of(Refusal.Code.NOT_FOUND, "owner '" + owner + "' is not registered"));
              }
              Duration age = Duration.between(entry.get().readAt(), clock.instant());
              Door.OwnerReport.Builder report =
                  Door.OwnerReport.newBuilder()
                      .setOwner(owner.value())
                      .setAgeMillis(Math.max(0, age.toMillis()));
              for (Registration account : entry.get().registrations().values()) {
                report.addAccounts(Encode.account(AccountRegistrar.masked(account.declared())));
                AskingViews.of(account).ifPresent(report::addDiscovered);
              }
              entry
                  .get()
                  .compositions()
                  .forEach(ref -> report.addCompositions(Encode.composition(ref)));
              return Door.Response.newBuilder().setOwner(report);
            });
  }

  /** Registered is not yet in force: the answer waits until the superpeer, if any, has it. */
  private CompletableFuture<Door.Response.Builder> told(
      OwnerId owner, Door.Response.Builder answer) {
    return told(owner, announcer::announce, answer);
  }

  private CompletableFuture<Door.Response.Builder> told(
      OwnerId owner,
      Function<CellId, CompletableFuture<Announcer.Told>> announce,
      Door.Response.Builder answer) {
    registry.refresh(owner);
    return announce
        .apply(CellId.home(owner))
        .thenApply(told -> told.trouble().map(Registrar::unconfirmed).orElse(answer));
  }

  /** What stands in the registry, and may not be known to the owner's superpeer. */
  static Door.Response.Builder unconfirmed(String why) {
    return Journey.unknown(
        "registered, but the owner's superpeer has not confirmed it: " + why + "; do it again");
  }

  private static Door.Response.Builder done(long index) {
    return Door.Response.newBuilder().setDone(Door.Done.newBuilder().setIndex(index));
  }

  private static CompletableFuture<Door.Response.Builder> refused(Refusal refusal) {
    return CompletableFuture.completedFuture(Journey.refused(refusal));
  }

  /** What is said of a request that the registry did not carry out. */
  static Door.Response.Builder failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RejectedExecutionException) {
      return Journey.refused(
          Refusal.later(
              Refusal.Code.OVERLOADED, "node: too much is being compiled", Duration.ofSeconds(1)));
    }
    String message = "registry: " + cause.getMessage();
    if (cause instanceof RegistryUnavailable away && away.mayBeCarriedOut()) {
      return Journey.unknown(message);
    }
    if (cause instanceof RegistryUnavailable || cause instanceof UnknownRecordException) {
      return Journey.refused(Refusal.later(Refusal.Code.UNAVAILABLE, message, REGISTRY_PAUSE));
    }
    log.error("a request about the registry failed in this node", cause);
    return Journey.refused(
        Refusal.of(Refusal.Code.UNAVAILABLE, "node: " + cause + "; its log says where"));
  }
}
