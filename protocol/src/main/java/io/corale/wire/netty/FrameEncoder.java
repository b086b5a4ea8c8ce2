package io.corale.wire.netty;

import com.google.protobuf.CodedOutputStream;
import io.corale.wire.Door;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;

/** Writes what {@link FrameDecoder} reads; senders check the size before, where it can be told. */
final class FrameEncoder extends MessageToByteEncoder<Door.Frame> {
  FrameEncoder() {
    super(Door.Frame.class);
  }

  @Override
  protected ByteBuf allocateBuffer(ChannelHandlerContext ctx, Door.Frame frame, boolean direct) {
    return ctx.alloc().buffer(Integer.BYTES + frame.getSerializedSize());
  }

  @Override
  protected void encode(ChannelHandlerContext ctx, Door.Frame frame, ByteBuf out)
      throws IOException {
    int size = frame.getSerializedSize();
    if (size > DoorLimits.MAX_FRAME_BYTES) {
      throw new TooLongFrameException(
          "frame of " + size + " bytes, at most " + DoorLimits.MAX_FRAME_BYTES + " may be sent");
    }
    out.writeInt(size);
    CodedOutputStream bytes = CodedOutputStream.newInstance(out.nioBuffer(out.writerIndex(), size));
    frame.writeTo(bytes);
    bytes.flush();
    out.writerIndex(out.writerIndex() + size);
  }
}
