package io.corale.node.cell;

import io.corale.scheduler.Entry;
import io.corale.scheduler.ratis.EntryMessage;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/**
 * The thread that appends a cell's entries to its log, in the order in which they are given. It is
 * a thread of its own because appending waits for the group's lock and for the disk.
 */
final class Proposer implements AutoCloseable {
  private final RaftHost host;
  private final RaftGroupId group;
  private final BiConsumer<Entry, Throwable> onFailure;
  private final ClientId self = ClientId.randomId();

  /** Bounded by the superpeer's window of entries in flight. */
  private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();

  private final Thread thread;
  private long calls;

  /**
   * @param onFailure told, on any thread, of an entry that may not be in the log
   */
  Proposer(String name, RaftHost host, RaftGroupId group, BiConsumer<Entry, Throwable> onFailure) {
    this.host = host;
    this.group = group;
    this.onFailure = onFailure;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  void propose(Entry entry) {
    entries.add(entry);
  }

  private void run() {
    try {
      while (true) {
        append(entries.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void append(Entry entry) {
    try {
      var unused =
          submit(entry)
              .whenComplete(
                  (reply, failure) -> {
                    @Nullable Throwable cause = failure != null ? failure : reply.getException();
                    if (cause != null) {
                      onFailure.accept(entry, cause);
                    }
                  });
    } catch (IOException | RuntimeException e) {
      onFailure.accept(entry, e);
    }
  }

  /** Straight to the division: the server's own method would only wait on another thread. */
  private CompletableFuture<RaftClientReply> submit(Entry entry) throws IOException {
    RaftClientAsynchronousProtocol division = (RaftClientAsynchronousProtocol) host.division(group);
    return division.submitClientRequestAsync(
        RaftClientRequest.newBuilder()
            .setClientId(self)
            .setServerId(RaftPeerId.valueOf(host.settings().peerId()))
            .setGroupId(group)
            .setCallId(calls++)
            .setMessage(EntryMessage.of(entry))
            .setType(RaftClientRequest.writeRequestType())
            .build());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
