package io.corale.node.registry;

import com.google.protobuf.ByteString;
import io.corale.node.thread.Daemons;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.curator.RetryPolicy;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.BackgroundCallback;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Curator's client as few futures: each ends within the patience, in a definite answer or in {@link
 * RegistryUnavailable}. The only place that calls Curator.
 */
final class ZooKeeperSession implements AutoCloseable {
  /** Requests that may wait at once; beyond it ZooKeeper is as good as away. */
  private static final int MAX_WAITING = 4096;

  /** Callbacks translate a few records; two threads keep one slow decoder from stopping all. */
  private static final int THREADS = 2;

  /** A znode travels whole, and a server refuses frames above 1 MiB. */
  static final int MAX_RECORD_BYTES = 256 * 1024;

  /** How long ZooKeeper keeps a silent session; we own no ephemeral node, so it may be long. */
  private static final Duration SESSION = Duration.ofSeconds(15);

  /**
   * An outage that lasts longer is told at once: a request given to Curator would wait, and be
   * carried out when its asker has long been told that it cannot be.
   */
  private static final Duration HICCUP = Duration.ofSeconds(1);

  private final CuratorFramework curator;
  private final Duration patience;
  private final RegistryWatch watch;
  private final ScheduledThreadPoolExecutor threads;
  private final ConcurrentMap<Long, CompletableFuture<?>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong asked = new AtomicLong();
  private final Outage outage = new Outage(System::nanoTime);

  ZooKeeperSession(String connectString, Duration patience, RegistryWatch watch) {
    this.patience = patience;
    this.watch = watch;
    threads = new ScheduledThreadPoolExecutor(THREADS, new Daemons("registry"));
    threads.setRemoveOnCancelPolicy(true);
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    RetryPolicy retries = new BoundedExponentialBackoffRetry(50, 1_000, 29);
    curator =
        CuratorFrameworkFactory.builder()
            .connectString(connectString)
            .sessionTimeoutMs((int) SESSION.toMillis())
            .connectionTimeoutMs((int) patience.toMillis())
            .retryPolicy(retries)
            .build();
    // On Curator's own thread: two of ours could tell a loss after the return that followed it.
    curator
        .getConnectionStateListenable()
        .addListener((client, state) -> outage.heard(state.isConnected()));
    curator.start();
  }

  /** The threads on which answers arrive. */
  Executor executor() {
    return threads;
  }

  boolean isConnected() {
    return curator.getZookeeperClient().isConnected();
  }

  CompletableFuture<Optional<Znode>> read(String path) {
    return ask(
        RegistryWatch.Verb.READ,
        path,
        callback -> curator.getData().inBackground(callback, threads).forPath(path),
        event ->
            switch (code(event)) {
              case OK ->
                  Optional.of(
                      new Znode(
                          ByteString.copyFrom(event.getData()),
                          event.getStat().getVersion(),
                          event.getStat().getNumChildren()));
              case NONODE -> Optional.empty();
              default -> throw unexpected(event);
            });
  }

  /** The names below a path; empty where the path does not stand. */
  CompletableFuture<Optional<List<String>>> children(String path) {
    return ask(
        RegistryWatch.Verb.LIST,
        path,
        callback -> curator.getChildren().inBackground(callback, threads).forPath(path),
        event ->
            switch (code(event)) {
              case OK -> Optional.of(List.copyOf(event.getChildren()));
              case NONODE -> Optional.empty();
              default -> throw unexpected(event);
            });
  }

  /** Creates a node below one that stands. */
  CompletableFuture<Write> create(String path, ByteString content) {
    return ask(
        RegistryWatch.Verb.CREATE,
        path,
        callback ->
            curator.create().inBackground(callback, threads).forPath(path, content.toByteArray()),
        ZooKeeperSession::written);
  }

  /** Creates these nodes, without content, and all that they hang below. */
  CompletableFuture<Void> createDeep(List<String> paths) {
    return CompletableFuture.allOf(
        paths.stream().map(this::createDeep).toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Write> createDeep(String path) {
    return ask(
        RegistryWatch.Verb.CREATE,
        path,
        callback ->
            curator
                .create()
                .creatingParentsIfNeeded()
                .inBackground(callback, threads)
                .forPath(path, new byte[0]),
        ZooKeeperSession::written);
  }

  /** Creates all these nodes or none. */
  CompletableFuture<Write> createAll(SortedMap<String, ByteString> nodes) {
    return ask(
        RegistryWatch.Verb.CREATE,
        nodes.firstKey(),
        callback -> {
          List<CuratorOp> operations = new ArrayList<>(nodes.size());
          for (var node : nodes.entrySet()) {
            operations.add(
                curator
                    .transactionOp()
                    .create()
                    .forPath(node.getKey(), node.getValue().toByteArray()));
          }
          curator.transaction().inBackground(callback, threads).forOperations(operations);
        },
        ZooKeeperSession::written);
  }

  /** Replaces the content where it has this version. */
  CompletableFuture<Write> replace(String path, int version, ByteString content) {
    return ask(
        RegistryWatch.Verb.WRITE,
        path,
        callback ->
            curator
                .setData()
                .withVersion(version)
                .inBackground(callback, threads)
                .forPath(path, content.toByteArray()),
        ZooKeeperSession::written);
  }

  /** Deletes a node that nothing hangs below; whether it stood. */
  CompletableFuture<Boolean> delete(String path) {
    return ask(
        RegistryWatch.Verb.WRITE,
        path,
        callback -> curator.delete().inBackground(callback, threads).forPath(path),
        event ->
            switch (code(event)) {
              case OK -> true;
              case NONODE -> false;
              default -> throw unexpected(event);
            });
  }

  private static Write written(CuratorEvent event) {
    return switch (code(event)) {
      case OK ->
          new Write(Write.End.DONE, event.getStat() == null ? 0 : event.getStat().getVersion());
      case NODEEXISTS -> new Write(Write.End.EXISTS, 0);
      case NONODE -> new Write(Write.End.MISSING, 0);
      case BADVERSION -> new Write(Write.End.STALE, 0);
      default -> throw unexpected(event);
    };
  }

  private static Code code(CuratorEvent event) {
    return Code.get(event.getResultCode());
  }

  private static RegistryUnavailable unexpected(CuratorEvent event) {
    // Of a lost connection too it is said so, and a write may have arrived.
    boolean isWrite =
        switch (event.getType()) {
          case GET_DATA, CHILDREN -> false;
          default -> true;
        };
    return new RegistryUnavailable("ZooKeeper answered " + code(event), isWrite);
  }

  /** One background request of Curator. */
  private interface Request {
    void send(BackgroundCallback callback) throws Exception;
  }

  private <T> CompletableFuture<T> ask(
      RegistryWatch.Verb kind, String path, Request request, Function<CuratorEvent, T> translate) {
    String what = kind.word() + " " + path;
    long begunNanos = System.nanoTime();
    CompletableFuture<T> answer = new CompletableFuture<>();
    Optional<String> hopeless = hopeless();
    if (hopeless.isPresent()) {
      watch.ended(kind, false, 0);
      return CompletableFuture.failedFuture(
          new RegistryUnavailable("cannot " + what + ": " + hopeless.get()));
    }
    long number = asked.incrementAndGet();
    waiting.put(number, answer);
    try {
      Future<?> limit =
          threads.schedule(
              () -> answer.completeExceptionally(late(kind, what)),
              patience.toMillis(),
              TimeUnit.MILLISECONDS);
      var unused =
          answer.whenComplete(
              (value, problem) -> {
                waiting.remove(number);
                limit.cancel(false);
                watch.ended(kind, problem == null, System.nanoTime() - begunNanos);
              });
      request.send(
          (client, event) -> {
            try {
              answer.complete(translate.apply(event));
            } catch (RuntimeException e) {
              answer.completeExceptionally(e);
            }
          });
    } catch (Exception e) {
      // Curator refuses synchronously when it is closed or a path is malformed.
      waiting.remove(number);
      answer.completeExceptionally(new RegistryUnavailable("cannot " + what + ": " + e));
    }
    return answer;
  }

  /** Why nothing should be asked now. */
  private Optional<String> hopeless() {
    if (waiting.size() >= MAX_WAITING) {
      return Optional.of(MAX_WAITING + " requests wait for ZooKeeper already");
    }
    return outage
        .lasting()
        .filter(away -> away.compareTo(HICCUP) > 0)
        .map(away -> "ZooKeeper has been away for " + away.toSeconds() + " s");
  }

  private RegistryUnavailable late(RegistryWatch.Verb kind, String what) {
    boolean isWrite =
        switch (kind) {
          case READ, LIST -> false;
          case CREATE, WRITE -> true;
        };
    return new RegistryUnavailable(
        "cannot " + what + ": ZooKeeper did not answer within " + patience.toMillis() + " ms",
        isWrite);
  }

  @Override
  public void close() {
    curator.close();
    for (CompletableFuture<?> answer : waiting.values()) {
      answer.completeExceptionally(new RegistryUnavailable("the registry is closed"));
    }
    threads.shutdown();
  }
}
