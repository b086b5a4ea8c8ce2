package io.corale.node.route;

import com.google.protobuf.ByteString;
import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import io.corale.flow.Diagnostic;
import io.corale.flow.Need;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.node.door.Caller;
import io.corale.node.door.Credentials;
import io.corale.node.registry.Answer;
import io.corale.node.registry.Publication;
import io.corale.node.registry.Registry;
import io.corale.node.registry.RegistryUnavailable;
import io.corale.node.registry.TokenEntry;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.Exchange;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Owners, accounts, compositions and tokens: any node enters them in the registry, then tells the
 * owner's superpeer if there is one. Thread-safe.
 */
final class Registrar {
  private static final Duration REGISTRY_PAUSE = Duration.ofSeconds(2);

  /**
   * A refusal is read by a person; the first faults of a broken source are enough to go on with.
   */
  private static final int MAX_DIAGNOSTICS_SHOWN = 20;

  private final Registry registry;
  private final Function<Account, List<String>> accountFaults;
  private final Announcer announcer;
  private final Executor compiling;

  /**
   * @param accountFaults what the account's provider has against it
   * @param compiling where sources are compiled; may refuse
   */
  Registrar(
      Registry registry,
      Function<Account, List<String>> accountFaults,
      Announcer announcer,
      Executor compiling) {
    this.registry = registry;
    this.accountFaults = accountFaults;
    this.announcer = announcer;
    this.compiling = compiling;
  }

  void serve(Exchange exchange, Caller caller, OwnerId owner) {
    Door.Request request = exchange.request();
    CompletableFuture<Door.Response.Builder> answer =
        forbidden(request, caller, owner)
            .map(Registrar::refused)
            .orElseGet(
                () ->
                    switch (request.getWhatCase()) {
                      case PUT_OWNER -> putOwner(owner);
                      case PUT_ACCOUNT -> putAccount(owner, request.getPutAccount());
                      case PUBLISH -> publish(owner, request.getPublish().getSource());
                      case CREATE_TOKEN -> createToken(owner, request.getCreateToken());
                      default -> describe(owner);
                    });
    answer.whenComplete(
        (response, failure) -> exchange.answer(failure == null ? response : unreached(failure)));
  }

  private static Optional<Refusal> forbidden(Door.Request request, Caller caller, OwnerId owner) {
    return switch (request.getWhatCase()) {
      case PUT_OWNER -> caller.lacksOperator();
      case CREATE_TOKEN ->
          request.getCreateToken().getOperator()
              ? caller.lacksOperator()
              : caller.lacks(Right.ADMIN, owner);
      case PUBLISH -> caller.lacks(Right.PUBLISH, owner);
      case DESCRIBE -> caller.lacks(Right.READ, owner);
      default -> caller.lacks(Right.ADMIN, owner);
    };
  }

  private CompletableFuture<Door.Response.Builder> putOwner(OwnerId owner) {
    return registry.createOwner(owner).thenApply(created -> done(0));
  }

  private CompletableFuture<Door.Response.Builder> putAccount(
      OwnerId owner, Door.PutAccount asked) {
    Account account = Decode.in("put_account.account", () -> Decode.account(asked.getAccount()));
    List<String> faults = accountFaults.apply(account);
    if (!faults.isEmpty()) {
      return refused(
          Refusal.of(
              Refusal.Code.INVALID,
              "account '" + account.id() + "': " + String.join("; ", faults)));
    }
    return registry
        .putAccount(owner, account)
        .thenCompose(
            answer ->
                answer instanceof Answer.Refused<Account> no
                    ? refused(no.refusal())
                    : told(owner, done(0)));
  }

  private CompletableFuture<Door.Response.Builder> publish(OwnerId owner, ByteString source) {
    CompletableFuture<Compilation> compilation;
    try {
      compilation =
          CompletableFuture.supplyAsync(() -> Compiler.compile(source.toStringUtf8()), compiling);
    } catch (RejectedExecutionException e) {
      return refused(
          Refusal.later(
              Refusal.Code.OVERLOADED, "node: too much is being compiled", Duration.ofSeconds(1)));
    }
    return compilation.thenCompose(
        compiled -> {
          if (compiled instanceof Compilation.Compiled done) {
            return enter(owner, done.composition(), source);
          }
          return compiled instanceof Compilation.Lacking lacking
              ? refused(lacking(lacking))
              : refused(broken((Compilation.Broken) compiled));
        });
  }

  private static Refusal lacking(Compilation.Lacking lacking) {
    return Refusal.of(
        Refusal.Code.INVALID,
        lacking.needs().stream().map(Need::toString).collect(Collectors.joining("\n")));
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

  private static Refusal broken(Compilation.Broken broken) {
    String shown =
        broken.diagnostics().stream()
            .limit(MAX_DIAGNOSTICS_SHOWN)
            .map(Diagnostic::toString)
            .collect(Collectors.joining("\n"));
    int more = broken.diagnostics().size() - MAX_DIAGNOSTICS_SHOWN;
    return Refusal.of(
        Refusal.Code.INVALID, more > 0 ? shown + "\n... and " + more + " more" : shown);
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
              Door.OwnerReport.Builder report =
                  Door.OwnerReport.newBuilder().setOwner(owner.value());
              for (AccountId id : entry.get().accounts().keySet()) {
                report.addAccounts(Encode.account(entry.get().accounts().get(id)));
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
      Function<CellId, CompletableFuture<Optional<String>>> announce,
      Door.Response.Builder answer) {
    registry.refresh(owner);
    return announce
        .apply(CellId.home(owner))
        .thenApply(
            trouble ->
                trouble
                    .map(
                        why ->
                            Journey.unknown(
                                "registered, but the owner's superpeer has not confirmed it: "
                                    + why
                                    + "; do it again"))
                    .orElse(answer));
  }

  private static Door.Response.Builder done(long index) {
    return Door.Response.newBuilder().setDone(Door.Done.newBuilder().setIndex(index));
  }

  private static CompletableFuture<Door.Response.Builder> refused(Refusal refusal) {
    return CompletableFuture.completedFuture(Journey.refused(refusal));
  }

  private static Door.Response.Builder unreached(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String message = "registry: " + cause.getMessage();
    return cause instanceof RegistryUnavailable away && away.mayBeCarriedOut()
        ? Journey.unknown(message)
        : Journey.refused(Refusal.later(Refusal.Code.UNAVAILABLE, message, REGISTRY_PAUSE));
  }
}
