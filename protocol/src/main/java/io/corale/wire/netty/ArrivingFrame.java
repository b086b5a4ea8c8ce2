package io.corale.wire.netty;

import io.corale.wire.Freight;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.util.Objects;
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
   * @param load its room, until it is opened
   * @param overdue ends the connection if it is not whole in time
   */
  ArrivingFrame(Heading heading, Freight.Load load, Future<?> overdue) {
    this.heading = heading;
    this.load = load;
    this.overdue = overdue;
  }

  /** Takes what is there of it; true if that was the rest. */
  boolean take(ByteBufAllocator memory, ByteBuf in) {
    ByteBuf so = bytes;
    if (so == null) {
      so = memory.directBuffer(heading.sizeBytes(), heading.sizeBytes());
      bytes = so;
    }
    in.readBytes(so, Math.min(so.writableBytes(), in.readableBytes()));
    return !so.isWritable();
  }

  /** What it is, once all of it is there; whoever gets it has its room. */
  FrameDecoder.Large open() {
    ByteBuf whole = Objects.requireNonNull(bytes, "nothing of it has come");
    try {
      int beside = besideItsValue(whole.nioBuffer());
      if (beside > DoorLimits.MAX_BESIDE_VALUE_BYTES) {
        load.release();
        return new FrameDecoder.TurnedAway(
            new Heading(beside, heading.requestId(), heading.what()),
            new Weighing.No(DoorLimits.MAX_BESIDE_VALUE_BYTES, " beside its value"));
      }
      return new FrameDecoder.Laden(FrameDecoder.parse(whole.nioBuffer()), load);
    } catch (RuntimeException | Error e) {
      load.release();
      throw e;
    } finally {
      forgetBytes();
    }
  }

  private int besideItsValue(ByteBuffer frame) {
    return heading.sizeBytes() > DoorLimits.MAX_PLAIN_REQUEST_BYTES
        ? LargeValue.bytesBeside(heading.what(), frame)
        : 0;
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
