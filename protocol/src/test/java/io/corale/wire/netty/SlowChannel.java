package io.corale.wire.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;

/** An embedded channel whose other side, once it has stopped, reads what it is told to. */
final class SlowChannel extends EmbeddedChannel {
  private boolean hasStopped;
  private long mayLeave;

  SlowChannel(ChannelHandler handler) {
    super(handler);
  }

  /** From now on nothing is read. */
  void stopReading() {
    hasStopped = true;
  }

  /** So many bytes are read, and are gone. */
  void read(long bytes) {
    mayLeave += bytes;
    unsafe().flush();
    runPendingTasks();
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) throws Exception {
    if (!hasStopped) {
      super.doWrite(in);
      return;
    }
    while (mayLeave > 0 && in.current() instanceof ByteBuf next) {
      long leaves = Math.min(mayLeave, next.readableBytes());
      mayLeave -= leaves;
      in.removeBytes(leaves);
    }
  }
}
