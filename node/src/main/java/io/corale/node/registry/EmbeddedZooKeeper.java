package io.corale.node.registry;

import io.corale.node.disk.DataDirectory;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * One ZooKeeper server in this process, persistent: each change is flushed to its transaction log
 * before it is answered. It serves one address, no admin port, and of the four-letter words only
 * {@code srvr}, which is ZooKeeper's own default.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private static final Duration TICK = Duration.ofSeconds(2);

  /** More than nodes and shells in one cluster of this size; a leak of clients is stopped. */
  private static final int MAX_CONNECTIONS_PER_HOST = 500;

  private static final int SNAPSHOTS_KEPT = 3;
  private static final int HOURS_BETWEEN_CLEANUPS = 1;

  private final DataDirectory directory;
  private final ServerCnxnFactory door;
  private final ZooKeeperServer server;
  private final FileTxnSnapLog log;
  private final DatadirCleanupManager cleanup;
  private final CountDownLatch closed = new CountDownLatch(1);

  private EmbeddedZooKeeper(
      DataDirectory directory,
      ServerCnxnFactory door,
      ZooKeeperServer server,
      FileTxnSnapLog log,
      DatadirCleanupManager cleanup) {
    this.directory = directory;
    this.door = door;
    this.server = server;
    this.log = log;
    this.cleanup = cleanup;
  }

  /**
   * Starts serving.
   *
   * @param data where its log and snapshots are; created where there is none
   * @param address port 0 takes a free one
   */
  public static EmbeddedZooKeeper start(Path data, InetSocketAddress address)
      throws IOException, InterruptedException {
    if ("no".equals(System.getProperty("zookeeper.forceSync"))) {
      throw new UnsafeSettingException(
          "zookeeper.forceSync=no loses acknowledged births when the machine dies; remove it");
    }
    if (address.isUnresolved()) {
      throw new UnsafeSettingException("address " + address.getHostString() + " is not known");
    }
    DataDirectory directory = DataDirectory.open(data, "zookeeper");
    try {
      return start(directory, address);
    } catch (IOException | InterruptedException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static EmbeddedZooKeeper start(DataDirectory directory, InetSocketAddress address)
      throws IOException, InterruptedException {
    File files = directory.within("data").toFile();
    FileTxnSnapLog log = new FileTxnSnapLog(files, files);
    NIOServerCnxnFactory door = new NIOServerCnxnFactory();
    try {
      ZooKeeperServer server = new ZooKeeperServer(log, (int) TICK.toMillis(), "");
      door.configure(address, MAX_CONNECTIONS_PER_HOST);
      door.startup(server);
      DatadirCleanupManager cleanup =
          new DatadirCleanupManager(files, files, SNAPSHOTS_KEPT, HOURS_BETWEEN_CLEANUPS);
      cleanup.start();
      return new EmbeddedZooKeeper(directory, door, server, log, cleanup);
    } catch (IOException | InterruptedException | RuntimeException e) {
      door.shutdown();
      log.close();
      throw e;
    }
  }

  /** Where clients connect: {@code host:port}. */
  public String connectString() {
    InetSocketAddress bound = door.getLocalAddress();
    return bound.getHostString() + ":" + bound.getPort();
  }

  /**
   * Waits until it is closed, or has stopped by itself because its disk failed.
   *
   * @return whether it was closed
   */
  public boolean awaitEnd() throws InterruptedException {
    while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
      if (!server.isRunning()) {
        return closed.getCount() == 0;
      }
    }
    return true;
  }

  /** Ends all connections, flushes and lets go of the directory. Closing twice is harmless. */
  @Override
  public synchronized void close() throws IOException {
    if (closed.getCount() == 0) {
      return;
    }
    closed.countDown();
    cleanup.shutdown();
    door.shutdown();
    server.shutdown();
    log.close();
    directory.close();
  }

  /** A setting under which starting would be wrong. */
  static final class UnsafeSettingException extends IOException {
    UnsafeSettingException(String message) {
      super(message);
    }
  }
}
