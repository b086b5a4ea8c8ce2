package io.corale.node.route;

import com.google.protobuf.ByteString;
import io.corale.flow.Definition;
import io.corale.model.FunctionRef;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.node.registry.Answer;
import io.corale.node.registry.FunctionEntry;
import io.corale.node.registry.Registry;
import io.corale.node.thread.FairPool;
import io.corale.wire.Door;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The function catalogs of owners: checks what is put there and says what stands there. No cell is
 * told, for compositions take what they call when they are published. Thread-safe.
 */
final class FunctionRegistrar {
  private final Registry registry;
  private final FairPool<OwnerId> compiling;

  /**
   * @param compiling where definitions are read; may refuse
   */
  FunctionRegistrar(Registry registry, FairPool<OwnerId> compiling) {
    this.registry = registry;
    this.compiling = compiling;
  }

  CompletableFuture<Door.Response.Builder> put(OwnerId owner, Door.PutFunction asked) {
    FunctionRef function = new FunctionRef(asked.getName(), asked.getVersion());
    return CompletableFuture.supplyAsync(
            () -> Definition.read(asked.getName(), asked.getSource().toStringUtf8()),
            compiling.of(owner))
        .thenCompose(
            definition ->
                definition instanceof Definition.Whole whole
                    ? enter(owner, function, asked.getSource(), digest(whole.canonical()))
                    : refused(Diagnostics.refusal(((Definition.Broken) definition).diagnostics())));
  }

  private CompletableFuture<Door.Response.Builder> enter(
      OwnerId owner, FunctionRef function, ByteString source, ByteString digest) {
    return registry
        .putFunction(owner, function, source, digest)
        .thenApply(answer -> answered(function, answer));
  }

  /** No composition needs it any more: each took what it calls when it was published. */
  CompletableFuture<Door.Response.Builder> remove(OwnerId owner, Door.RemoveFunction asked) {
    FunctionRef function = new FunctionRef(asked.getName(), asked.getVersion());
    return registry.removeFunction(owner, function).thenApply(answer -> answered(function, answer));
  }

  private static Door.Response.Builder answered(FunctionRef function, Answer<Boolean> answer) {
    return answer instanceof Answer.Given<Boolean> given
        ? report(
            Door.FunctionReport.newBuilder()
                .addFunctions(named(function))
                .setKnownAlready(given.value()))
        : Journey.refused(((Answer.Refused<Boolean>) answer).refusal());
  }

  private static ByteString digest(Payload canonical) {
    try {
      byte[] bytes = canonical.bytes().toByteArray();
      return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  CompletableFuture<Door.Response.Builder> list(OwnerId owner, Door.ListFunctions asked) {
    if (!asked.getVersion().isEmpty()) {
      FunctionRef function = new FunctionRef(asked.getName(), asked.getVersion());
      return registry.function(owner, function).thenApply(entry -> one(owner, function, entry));
    }
    return registry
        .functions(owner)
        .thenApply(
            all -> {
              Door.FunctionReport.Builder report = Door.FunctionReport.newBuilder();
              all.stream()
                  .filter(each -> asked.getName().isEmpty() || each.name().equals(asked.getName()))
                  .forEach(each -> report.addFunctions(named(each)));
              return report(report);
            });
  }

  private static Door.Response.Builder one(
      OwnerId owner, FunctionRef function, Optional<FunctionEntry> entry) {
    if (entry.isEmpty()) {
      return Journey.refused(
          Refusal.of(
              Refusal.Code.NOT_FOUND,
              "function '" + function + "' is not in the catalog of owner '" + owner + "'"));
    }
    return report(
        Door.FunctionReport.newBuilder()
            .addFunctions(named(function).setSource(entry.get().source())));
  }

  private static Door.Function.Builder named(FunctionRef function) {
    return Door.Function.newBuilder().setName(function.name()).setVersion(function.version());
  }

  private static Door.Response.Builder report(Door.FunctionReport.Builder report) {
    return Door.Response.newBuilder().setFunctions(report);
  }

  private static CompletableFuture<Door.Response.Builder> refused(Refusal refusal) {
    return CompletableFuture.completedFuture(Journey.refused(refusal));
  }
}
