package io.corale.wire.netty;

import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.wire.Door;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import org.jspecify.annotations.Nullable;

/** Reads frames: four bytes of length, big-endian, then that many bytes of Protobuf. */
final class FrameDecoder extends LengthFieldBasedFrameDecoder {
  FrameDecoder() {
    super(DoorLimits.MAX_FRAME_BYTES + Integer.BYTES, 0, Integer.BYTES, 0, Integer.BYTES);
  }

  @Override
  protected @Nullable Object decode(ChannelHandlerContext ctx, ByteBuf in) throws Exception {
    ByteBuf bytes = (ByteBuf) super.decode(ctx, in);
    if (bytes == null) {
      return null;
    }
    try {
      return Door.Frame.parseFrom(bytes.nioBuffer());
    } catch (InvalidProtocolBufferException e) {
      throw new CorruptedFrameException("not a frame of the door's protocol", e);
    } finally {
      bytes.release();
    }
  }
}
