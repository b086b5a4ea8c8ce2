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
import java.nio.ByteBuffer;
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
  private @Nullable ArrivingFrame arriving;
  private int passedOverBytes;

  /** What comes of a large frame. */
  sealed interface Large permits Laden, TurnedAway {}

  /** A large frame with the room that it has, which its receiver gives back. */
  record Laden(Door.Frame frame, Freight.Load load) implements Large {}

  /** A large frame that was not read. */
  record TurnedAway(Heading heading, Weighing.No why) implements Large {}

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
    } else if (arriving != null) {
      receive(ctx, arriving, in, out);
    } else if (in.readableBytes() >= Integer.BYTES) {
      begin(ctx, in, out);
    }
  }

  private void receive(
      ChannelHandlerContext ctx, ArrivingFrame frame, ByteBuf in, List<Object> out) {
    if (frame.take(ctx.alloc(), in)) {
      arriving = null;
      out.add(frame.open());
    }
  }

  private void begin(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int size = in.getInt(in.readerIndex());
    requireBounded(size);
    Weighing scales = weighing;
    if (scales != null && size > Freight.SMALL_BYTES) {
      weigh(ctx, scales, in, out);
    } else if (in.readableBytes() - Integer.BYTES >= size) {
      in.skipBytes(Integer.BYTES);
      out.add(parse(in.readSlice(size).nioBuffer()));
    }
  }

  private void requireBounded(int size) {
    int most = weighing == null ? DoorLimits.MAX_FIRST_FRAME_BYTES : DoorLimits.MAX_FRAME_BYTES;
    if (size < 0 || size > most) {
      throw new TooLongFrameException(
          "frame of " + Integer.toUnsignedLong(size) + " bytes, at most " + most + " are read");
    }
  }

  /** Decides whether the frame may be read; what is turned away is passed over from here. */
  private void weigh(ChannelHandlerContext ctx, Weighing scales, ByteBuf in, List<Object> out) {
    int size = in.getInt(in.readerIndex());
    int known = Math.min(size, DoorLimits.HEADING_BYTES);
    if (in.readableBytes() - Integer.BYTES < known) {
      return;
    }
    byte[] first = new byte[known];
    in.getBytes(in.readerIndex() + Integer.BYTES, first);
    Heading heading = Heading.read(size, first);
    Weighing.Word word = scales.weigh(heading, () -> goOn(ctx), ctx.channel());
    if (word instanceof Weighing.Yes yes) {
      in.skipBytes(Integer.BYTES);
      arriving = new ArrivingFrame(heading, yes.load(), timer(ctx));
    } else if (word instanceof Weighing.No no) {
      in.skipBytes(Integer.BYTES);
      passedOverBytes = size;
      out.add(new TurnedAway(heading, no));
    }
  }

  private static Future<?> timer(ChannelHandlerContext ctx) {
    long millis = DoorLimits.LARGE_FRAME.toMillis();
    return ctx.executor().schedule(() -> cutOff(ctx), millis, TimeUnit.MILLISECONDS);
  }

  private static void cutOff(ChannelHandlerContext ctx) {
    ctx.fireExceptionCaught(
        new TooLongFrameException("a large frame took longer than " + DoorLimits.LARGE_FRAME));
  }

  /** There may be room now: what has been received already is looked at again. */
  private void goOn(ChannelHandlerContext ctx) {
    if (ctx.isRemoved() || !ctx.channel().isActive()) {
      return;
    }
    ctx.channel().config().setAutoRead(true);
    try {
      channelRead(ctx, Unpooled.EMPTY_BUFFER);
      channelReadComplete(ctx);
    } catch (Exception e) {
      ctx.fireExceptionCaught(e);
    }
  }

  static Door.Frame parse(ByteBuffer bytes) {
    try {
      return Door.Frame.parseFrom(bytes);
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
    if (arriving != null) {
      arriving.drop();
      arriving = null;
    }
    if (weighing != null) {
      weighing.letGo();
    }
  }
}
