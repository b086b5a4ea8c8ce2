package io.corale.wire.netty;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.corale.wire.Door;
import io.netty.handler.codec.CorruptedFrameException;
import java.io.IOException;

/**
 * What the first bytes of a large frame say of it, before the rest is read.
 *
 * @param requestId of the request that it is, or that it answers
 * @param what of a request its kind; {@code WHAT_NOT_SET} of a response
 */
record Heading(int sizeBytes, long requestId, Door.Request.WhatCase what) {
  /** Reads it; throws where the frame begins otherwise than any frame of ours that is large. */
  static Heading read(int sizeBytes, byte[] first) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(first);
      int body = WireFormat.getTagFieldNumber(in.readTag());
      in.readRawVarint32(); // The length of what follows, as the frame's own says.
      return switch (body) {
        case Door.Frame.REQUEST_FIELD_NUMBER -> ofRequest(sizeBytes, in);
        case Door.Frame.RESPONSE_FIELD_NUMBER -> ofResponse(sizeBytes, in);
        default -> throw strange();
      };
    } catch (IOException e) {
      throw strange();
    }
  }

  private static Heading ofRequest(int sizeBytes, CodedInputStream in) throws IOException {
    require(in, Door.Request.ENVELOPE_FIELD_NUMBER);
    Door.Envelope envelope = Door.Envelope.parseFrom(in.readByteArray());
    Door.Request.WhatCase what =
        Door.Request.WhatCase.forNumber(WireFormat.getTagFieldNumber(in.readTag()));
    return new Heading(
        sizeBytes,
        envelope.getRequestId(),
        what == null ? Door.Request.WhatCase.WHAT_NOT_SET : what);
  }

  private static Heading ofResponse(int sizeBytes, CodedInputStream in) throws IOException {
    require(in, Door.Response.REQUEST_ID_FIELD_NUMBER);
    return new Heading(sizeBytes, in.readUInt64(), Door.Request.WhatCase.WHAT_NOT_SET);
  }

  private static void require(CodedInputStream in, int field) throws IOException {
    if (WireFormat.getTagFieldNumber(in.readTag()) != field) {
      throw strange();
    }
  }

  private static CorruptedFrameException strange() {
    return new CorruptedFrameException(
        "a frame of more than 32 KiB must begin with its request's envelope or its request id");
  }
}
