package io.corale.node.registry;

import com.google.protobuf.ByteString;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** The versions of one kind that owners have in ZooKeeper: created once, never changed. */
final class ImmutableShelf {
  /** Their names must fit one answer of ZooKeeper, of which they take a third. */
  static final int MAX_VERSIONS = 5_000;

  private final ZooKeeperSession session;
  private final String kind;
  private final String entered;
  private final BiFunction<String, ByteString, ByteString> digests;

  /**
   * @param kind of a version, such as {@code composition}
   * @param entered what was done with one, such as {@code published}
   * @param digests the digest in the record that stands at a path
   */
  ImmutableShelf(
      ZooKeeperSession session,
      String kind,
      String entered,
      BiFunction<String, ByteString, ByteString> digests) {
    this.session = session;
    this.kind = kind;
    this.entered = entered;
    this.digests = digests;
  }

  /**
   * A version to be entered.
   *
   * @param digest two versions of one digest are the same
   */
  record Version(OwnerId owner, String name, String path, ByteString record, ByteString digest) {}

  /** Why a version cannot be entered, whatever stands there. */
  Optional<Refusal> refusal(String name, ByteString source) {
    return source.size() <= ZooKeeperSession.MAX_RECORD_BYTES
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Refusal.Code.TOO_LARGE,
                kind
                    + " '"
                    + name
                    + "' has "
                    + source.size()
                    + " bytes, at most "
                    + ZooKeeperSession.MAX_RECORD_BYTES));
  }

  /**
   * Enters a version.
   *
   * @param standing how many versions its owner has
   * @return whether the same content stood there before, which may have been this request's own
   */
  CompletableFuture<Answer<Boolean>> enter(Version version, int standing) {
    if (standing >= MAX_VERSIONS) {
      return compared(version, full(version));
    }
    Refusal changed =
        Refusal.of(
            Refusal.Code.CONFLICT,
            kind
                + " '"
                + version.name()
                + "' was "
                + entered
                + " with other content; a version never changes, choose a new one");
    return session
        .create(version.path(), version.record())
        .thenCompose(
            write ->
                write.isDone()
                    ? CompletableFuture.completedFuture(new Answer.Given<>(false))
                    : compared(version, changed));
  }

  private Refusal full(Version version) {
    return Refusal.of(
        Refusal.Code.INVALID,
        "owner '"
            + version.owner()
            + "' has "
            + MAX_VERSIONS
            + " "
            + kind
            + " versions, which is the most");
  }

  private CompletableFuture<Answer<Boolean>> compared(Version version, Refusal otherwise) {
    return session
        .read(version.path())
        .thenApply(
            stands ->
                stands
                        .map(it -> digests.apply(version.path(), it.content()))
                        .filter(version.digest()::equals)
                        .isPresent()
                    ? new Answer.Given<>(true)
                    : new Answer.Refused<>(otherwise));
  }
}
