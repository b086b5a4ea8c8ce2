package io.corale.wire.netty;

import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.wire.Door;
import io.corale.wire.Freight;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames: four bytes of length, big-endian, then that many bytes of Protobuf. Until the two
 * sides have agreed it reads short ones only. After that a large frame is read when its {@link
 * Weighing} gives room for it, and comes as {@link Laden}; one that is turned away is passed over,
 * and a {@link TurnedAway} comes in its place.
 */
final class FrameDecoder extends ByteToMessageDecoder {
  private @Nullable Weighing weighing;
  private Freight.@Nullable Load load;
  private @Nullable Future<?> overdue;
  private int passedOverBytes;

  /** A large frame with the room that it has, which its receiver gives back. */
  record Laden(Door.Frame frame, Freight.Load load) {}

  /** A large frame that was not read. */
  record TurnedAway(Heading heading, Weighing.No why) {}

  /** From now on large frames are read as well, within what this one says. */
  void weighBy(Weighing fresh) {
    weighing = fresh;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (passedOverBytes > 0) {
      int here = Math.min(passedOverBytes, in.readableBytes());
      in.skipBytes(here);
      passedOverBytes -= here;
      return;
    }
    if (in.readableBytes() < Integer.BYTES) {
      return;
    }
    int size = in.getInt(in.readerIndex());
    requireBounded(size);
    Weighing scales = weighing;
    boolean isWeighed = scales == null || load != null || size <= Freight.SMALL_BYTES;
    if (!isWeighed && scales != null && !weigh(ctx, scales, in, out)) {
      return;
    }
    if (in.readableBytes() - Integer.BYTES >= size) {
      in.skipBytes(Integer.BYTES);
      deliver(parse(in.readSlice(size)), out);
    }
  }

  private void requireBounded(int size) {
    int most = weighing == null ? DoorLimits.MAX_FIRST_FRAME_BYTES : DoorLimits.MAX_FRAME_BYTES;
    if (size < 0 || size > most) {
      throw new TooLongFrameException(
          "frame of " + Integer.toUnsignedLong(size) + " bytes, at most " + most + " are read");
    }
  }

  /** Whether the frame may be read now; what is turned away is passed over from here. */
  private boolean weigh(ChannelHandlerContext ctx, Weighing scales, ByteBuf in, List<Object> out) {
    int size = in.getInt(in.readerIndex());
    int known = Math.min(size, DoorLimits.HEADING_BYTES);
    if (in.readableBytes() - Integer.BYTES < known) {
      return false;
    }
    byte[] first = new byte[known];
    in.getBytes(in.readerIndex() + Integer.BYTES, first);
    Heading heading = Heading.read(size, first);
    Weighing.Word word = scales.weigh(heading, () -> goOn(ctx), ctx.channel());
    if (word instanceof Weighing.Yes yes) {
      load = yes.load();
      overdue = ctx.executor().schedule(() -> cutOff(ctx), most(), TimeUnit.MILLISECONDS);
      // All at once: growing by doubling would hold it twice.
      in.ensureWritable(Math.max(0, Integer.BYTES + size - in.readableBytes()), false);
      return true;
    }
    if (word instanceof Weighing.No no) {
      in.skipBytes(Integer.BYTES);
      passedOverBytes = size;
      out.add(new TurnedAway(heading, no));
    }
    return false;
  }

  private static long most() {
    return DoorLimits.LARGE_FRAME.toMillis();
  }

  private void cutOff(ChannelHandlerContext ctx) {
    ctx.fireExceptionCaught(
        new TooLongFrameException("a large frame took longer than " + DoorLimits.LARGE_FRAME));
  }

  /** There may be room now: what has been received already is looked at again. */
  private void goOn(ChannelHandlerContext ctx) {
    if (!ctx.isRemoved() && ctx.channel().isActive()) {
      ctx.channel().config().setAutoRead(true);
      again(ctx);
    }
  }

  private void again(ChannelHandlerContext ctx) {
    try {
      channelRead(ctx, Unpooled.EMPTY_BUFFER);
      channelReadComplete(ctx);
    } catch (Exception e) {
      ctx.fireExceptionCaught(e);
    }
  }

  private void deliver(Door.Frame frame, List<Object> out) {
    if (overdue != null) {
      overdue.cancel(false);
      overdue = null;
    }
    if (load != null) {
      out.add(new Laden(frame, load));
      load = null;
    } else {
      out.add(frame);
    }
  }

  private static Door.Frame parse(ByteBuf bytes) {
    try {
      return Door.Frame.parseFrom(bytes.nioBuffer());
    } catch (InvalidProtocolBufferException e) {
      throw new CorruptedFrameException("not a frame of the door's protocol", e);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    letGo();
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    letGo();
  }

  private void letGo() {
    if (overdue != null) {
      overdue.cancel(false);
      overdue = null;
    }
    if (load != null) {
      load.release();
      load = null;
    }
    if (weighing != null) {
      weighing.letGo();
    }
  }
}
