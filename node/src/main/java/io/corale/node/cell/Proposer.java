package io.corale.node.cell;

import io.corale.scheduler.Entry;
import io.corale.scheduler.ratis.EntryMessage;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.jspecify.annotations.Nullable;

/**
 * Appends a cell's entries to its log, in the order in which they are given: not on the cell's own
 * thread, because appending waits for the group's lock and for the disk.
 */
final class Proposer implements AutoCloseable {
  private final RaftHost host;
  private final RaftGroupId group;
  private final Ends ends;
  private final ClientId self = ClientId.randomId();

  /** Bounded by the superpeer's window of entries in flight. */
  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();

  private final Turns turns;
  private volatile boolean closed;

  /** Of whoever has the turn. */
  private long calls;

  /** Told, on any thread, what became of an entry. */
  interface Ends {
    /** It is in the log, and applied here, this long after it was appended. */
    void proposed(Entry entry, long nanos);

    /** It is certainly not in the log. */
    void proposalRefused(Entry entry);

    /** It may not be in the log. */
    void proposalFailed(Entry entry, Throwable cause);
  }

  Proposer(Executor threads, RaftHost host, RaftGroupId group, Ends ends) {
    this.host = host;
    this.group = group;
    this.ends = ends;
    this.turns = new Turns(threads, this::appendAll);
  }

  void propose(Entry entry) {
    entries.add(entry);
    turns.ask();
  }

  private void appendAll() {
    for (Entry next = next(); next != null; next = next()) {
      append(next);
    }
  }

  private @Nullable Entry next() {
    return closed ? null : entries.poll();
  }

  private void append(Entry entry) {
    long begunNanos = System.nanoTime();
    try {
      var unused =
          submit(entry)
              .whenComplete(
                  (reply, failure) -> {
                    @Nullable Throwable cause = failure != null ? failure : reply.getException();
                    if (cause != null) {
                      fail(entry, cause);
                    } else {
                      ends.proposed(entry, System.nanoTime() - begunNanos);
                    }
                  });
    } catch (IOException | RuntimeException e) {
      fail(entry, e);
    }
  }

  private void fail(Entry entry, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (isRefusal(cause)) {
      ends.proposalRefused(entry);
    } else {
      ends.proposalFailed(entry, cause);
    }
  }

  /**
   * Whether Ratis says so before it appends, and only then: while leadership is handed over, which
   * may come to nothing, and before it is ready. All else it may say of what is in its log.
   */
  static boolean isRefusal(Throwable cause) {
    return cause instanceof LeaderSteppingDownException || cause instanceof LeaderNotReadyException;
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

  /** Whether an error has ended it: then nothing is proposed any more. */
  boolean hasDied() {
    return !closed && turns.hasDied();
  }

  /** Appends no more. */
  @Override
  public void close() {
    closed = true;
  }
}
