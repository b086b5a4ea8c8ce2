package io.corale.wire.netty;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;

/** Makes an embedded channel look as if its other side had stopped reading. */
final class ChannelFill {
  private static final int FIRST_USER_FLAG = 1;

  private ChannelFill() {}

  static void fill(EmbeddedChannel channel) {
    writable(channel, false);
  }

  static void drain(EmbeddedChannel channel) {
    writable(channel, true);
  }

  private static void writable(EmbeddedChannel channel, boolean writable) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null) {
      throw new IllegalStateException("the channel is closed");
    }
    buffer.setUserDefinedWritability(FIRST_USER_FLAG, writable);
    channel.runPendingTasks();
  }
}
