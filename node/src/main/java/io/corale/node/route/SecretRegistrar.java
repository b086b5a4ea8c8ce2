package io.corale.node.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.google.protobuf.ByteString;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import io.corale.node.registry.Answer;
import io.corale.node.registry.Registry;
import io.corale.node.registry.SecretChange;
import io.corale.node.seal.KeyRing;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The secrets of owners: the node that is asked seals them and enters them in the registry; what
 * leaves it is ciphertext. Thread-safe.
 */
final class SecretRegistrar {
  private static final JsonFactory JSON = new JsonFactory();

  private final Registry registry;
  private final KeyRing keys;
  private final Clock wall;

  SecretRegistrar(Registry registry, KeyRing keys, Clock wall) {
    this.registry = registry;
    this.keys = keys;
    this.wall = wall;
  }

  /** Carries the change out; completes with what was changed, none of it with a value. */
  CompletableFuture<Answer<List<SealedSecret>>> change(OwnerId owner, Door.ChangeSecret asked) {
    return switch (asked.getWhatCase()) {
      case PUT -> put(owner, asked.getPut());
      case REMOVE -> remove(owner, name(asked.getRemove()));
      case RESEAL -> reseal(owner);
      case WHAT_NOT_SET ->
          throw new IllegalArgumentException("change_secret: neither put, nor remove, nor reseal");
    };
  }

  private CompletableFuture<Answer<List<SealedSecret>>> put(OwnerId owner, Door.PutSecret asked) {
    SecretName name = name(asked.getName());
    ByteString json = asked.getValue();
    if (!keys.hasKey()) {
      return done(keyless());
    }
    if (json.size() > SealedSecret.MAX_VALUE_BYTES) {
      return done(
          Refusal.of(
              Refusal.Code.TOO_LARGE,
              "secret '"
                  + name
                  + "' has "
                  + json.size()
                  + " bytes as JSON, at most "
                  + SealedSecret.MAX_VALUE_BYTES));
    }
    requireJson(name, json);
    return changed(
        owner,
        name,
        stands ->
            stands.filter(it -> says(owner, it, json)).isPresent()
                ? Optional.empty()
                : Optional.of(keys.seal(owner, name, next(stands), wall.millis(), json)));
  }

  /** The same again under the key of today keeps its version. */
  private boolean says(OwnerId owner, SealedSecret stands, ByteString json) {
    return !stands.isRemoved()
        && keys.isCurrent(stands)
        && keys.open(owner, stands) instanceof KeyRing.Opened.Value value
        && value.json().equals(json);
  }

  private CompletableFuture<Answer<List<SealedSecret>>> remove(OwnerId owner, SecretName name) {
    return changed(
            owner,
            name,
            stands ->
                stands
                    .filter(it -> !it.isRemoved())
                    .map(it -> SealedSecret.removed(name, next(stands), wall.millis())))
        .thenApply(
            answer ->
                answer instanceof Answer.Given<List<SealedSecret>> given && given.value().isEmpty()
                    ? new Answer.Refused<>(
                        Refusal.of(
                            Refusal.Code.NOT_FOUND,
                            "owner '" + owner + "' has no secret '" + name + "'"))
                    : answer);
  }

  private CompletableFuture<Answer<List<SealedSecret>>> reseal(OwnerId owner) {
    if (!keys.hasKey()) {
      return done(keyless());
    }
    return registry
        .secrets(owner)
        .thenCompose(
            secrets -> {
              CompletableFuture<Answer<List<SealedSecret>>> all =
                  CompletableFuture.completedFuture(new Answer.Given<>(List.of()));
              for (SealedSecret secret : secrets) {
                if (!secret.isRemoved() && !keys.isCurrent(secret)) {
                  all = all.thenCompose(before -> resealAfter(before, owner, secret));
                }
              }
              return all;
            });
  }

  private CompletableFuture<Answer<List<SealedSecret>>> resealAfter(
      Answer<List<SealedSecret>> before, OwnerId owner, SealedSecret secret) {
    if (!(before instanceof Answer.Given<List<SealedSecret>> given)) {
      return CompletableFuture.completedFuture(before);
    }
    if (keys.open(owner, secret) instanceof KeyRing.Opened.Closed closed) {
      return done(
          Refusal.of(
              Refusal.Code.UNSUPPORTED,
              "secret '" + secret.name() + "' cannot be sealed anew: " + closed.why()));
    }
    return changed(owner, secret.name(), stands -> stands.flatMap(it -> resealed(owner, it)))
        .thenApply(
            answer -> {
              if (answer instanceof Answer.Given<List<SealedSecret>> more) {
                List<SealedSecret> both = new ArrayList<>(given.value());
                both.addAll(more.value());
                return new Answer.Given<>(both);
              }
              return answer;
            });
  }

  private Optional<SealedSecret> resealed(OwnerId owner, SealedSecret stands) {
    return !stands.isRemoved()
            && !keys.isCurrent(stands)
            && keys.open(owner, stands) instanceof KeyRing.Opened.Value value
        ? Optional.of(
            keys.seal(owner, stands.name(), stands.version() + 1, wall.millis(), value.json()))
        : Optional.empty();
  }

  private CompletableFuture<Answer<List<SealedSecret>>> changed(
      OwnerId owner, SecretName name, SecretChange change) {
    return registry
        .changeSecret(owner, name, change)
        .thenApply(
            answer ->
                answer instanceof Answer.Given<Optional<SealedSecret>> given
                    ? new Answer.Given<>(given.value().stream().toList())
                    : new Answer.Refused<>(((Answer.Refused<?>) answer).refusal()));
  }

  private static long next(Optional<SealedSecret> stands) {
    return stands.map(SealedSecret::version).orElse(0L) + 1;
  }

  /** The secrets that the owner has, by name. */
  CompletableFuture<Door.Response.Builder> list(OwnerId owner) {
    return registry
        .secrets(owner)
        .thenApply(
            secrets ->
                report(
                    secrets.stream()
                        .filter(it -> !it.isRemoved())
                        .sorted(Comparator.comparing(SealedSecret::name))
                        .toList()));
  }

  static Door.Response.Builder report(List<SealedSecret> secrets) {
    Door.SecretList.Builder list = Door.SecretList.newBuilder();
    for (SealedSecret secret : secrets) {
      list.addSecrets(
          Door.SecretReport.newBuilder()
              .setName(secret.name().value())
              .setVersion(secret.version())
              .setChangedWallMillis(secret.changedWallMillis())
              .setKey(secret.key()));
    }
    return Door.Response.newBuilder().setSecrets(list);
  }

  private static SecretName name(String text) {
    return Decode.in("change_secret.name", () -> new SecretName(text));
  }

  /** Says nothing of the content: the message of a parser quotes it. */
  private static void requireJson(SecretName name, ByteString json) {
    boolean isJson;
    try (JsonParser parser = JSON.createParser(json.newInput())) {
      isJson = parser.nextToken() != null;
      parser.skipChildren();
      isJson &= parser.nextToken() == null;
    } catch (IOException e) {
      isJson = false;
    }
    if (!isJson) {
      throw new IllegalArgumentException(
          "change_secret.put.value: secret '" + name + "' is not one JSON value");
    }
  }

  private static Refusal keyless() {
    return Refusal.of(
        Refusal.Code.UNSUPPORTED,
        "this node has no key to seal secrets with: its operator gives it a file of keys with"
            + " 'secrets.keyFile'");
  }

  private static <T> CompletableFuture<Answer<T>> done(Refusal refusal) {
    return CompletableFuture.completedFuture(new Answer.Refused<>(refusal));
  }
}
