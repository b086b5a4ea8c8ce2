package io.corale.deploy.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/** The least that a state machine can do: it counts the bytes that it is given. */
final class CountingStateMachine extends BaseStateMachine {
  private final AtomicLong bytes = new AtomicLong();

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    bytes.addAndGet(entry.getStateMachineLogEntry().getLogData().size());
    updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    return CompletableFuture.completedFuture(Message.EMPTY);
  }

  long bytes() {
    return bytes.get();
  }
}
