package io.corale.wire.netty;

import io.corale.wire.Freight;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A large frame of which not all has come. It has memory of its own, of exactly its size: that of a
 * decoder grows in steps of megabytes, and stays while a byte of the next frame is in it. Confined
 * to the channel's event loop.
 */
final class ArrivingFrame {
  private final Heading heading;
  private final Freight.Load load;
  private final Future<?> overdue;
  private @Nullable ByteBuf bytes;

  /**
   * @param load its room, until it is whole
   * @param overdue ends the connection if it is not whole in time
   */
  ArrivingFrame(Heading heading, Freight.Load load, Future<?> overdue) {
    this.heading = heading;
    this.load = load;
    this.overdue = overdue;
  }

  /** Takes what is there of it: the whole frame if that was the rest, which has its room then. */
  FrameDecoder.@Nullable Laden take(ByteBufAllocator memory, ByteBuf in) {
    ByteBuf so = bytes;
    if (so == null) {
      so = memory.directBuffer(heading.sizeBytes(), heading.sizeBytes());
      bytes = so;
    }
    in.readBytes(so, Math.min(so.writableBytes(), in.readableBytes()));
    if (so.isWritable()) {
      return null;
    }
    FrameDecoder.Laden whole = new FrameDecoder.Laden(FrameDecoder.parse(so.nioBuffer()), load);
    forgetBytes();
    return whole;
  }

  /** It will never be whole. */
  void drop() {
    forgetBytes();
    load.release();
  }

  private void forgetBytes() {
    overdue.cancel(false);
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
  }
}
