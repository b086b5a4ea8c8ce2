package io.corale.node.registry;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The rights of tokens in ZooKeeper, by the tokens' hashes. */
final class TokenShelf {
  private final RegistryPaths paths;
  private final ZooKeeperSession session;
  private final ShortMemory<String, TokenEntry> lately;

  TokenShelf(
      RegistryPaths paths, ZooKeeperSession session, ShortMemory<String, TokenEntry> lately) {
    this.paths = paths;
    this.session = session;
    this.lately = lately;
  }

  CompletableFuture<Boolean> create(TokenEntry token) {
    String path = paths.token(token.hash());
    ByteString record = RegistryRecords.token(token);
    return session
        .create(path, record)
        .thenCompose(
            write ->
                write.end() == Write.End.MISSING
                    ? session
                        .createDeep(paths.foundations())
                        .thenCompose(done -> session.create(path, record))
                    : done(write))
        .thenApply(Write::isDone);
  }

  CompletableFuture<Optional<TokenEntry>> token(String hash) {
    if (!TokenEntry.isHash(hash)) {
      return done(Optional.empty());
    }
    String path = paths.token(hash);
    return lately.get(
        hash,
        () ->
            session
                .read(path)
                .thenApply(
                    znode -> znode.map(it -> RegistryRecords.token(path, hash, it.content()))));
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
