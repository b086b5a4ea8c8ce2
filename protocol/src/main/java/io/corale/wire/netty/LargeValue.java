package io.corale.wire.netty;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.netty.handler.codec.CorruptedFrameException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where a large request has the value that makes it large. It is one piece of memory when it has
 * been read, as large as it is on the wire; what stands beside it, entries of a map or fields that
 * we do not know, may be twenty times as large. So it is measured before anything is read.
 */
final class LargeValue {
  private static final int[] OF_SUBMIT = {
    Door.Frame.REQUEST_FIELD_NUMBER,
    Door.Request.SUBMIT_FIELD_NUMBER,
    Door.Submit.INPUT_FIELD_NUMBER,
    Common.Payload.INLINE_FIELD_NUMBER
  };

  private static final int[] OF_DELIVER = {
    Door.Frame.REQUEST_FIELD_NUMBER,
    Door.Request.DELIVER_FIELD_NUMBER,
    Door.Deliver.SETTLE_FIELD_NUMBER
  };

  private static final int[] OF_RESOLVE = {
    Door.Frame.REQUEST_FIELD_NUMBER,
    Door.Request.RESOLVE_INCIDENT_FIELD_NUMBER,
    Door.ResolveIncident.RETRY_FIELD_NUMBER,
    Door.ResolveIncident.Retry.ARGUMENTS_FIELD_NUMBER,
    Common.Payload.INLINE_FIELD_NUMBER
  };

  private LargeValue() {}

  /** What a frame of this kind has beside its value; only requests of some kinds have one. */
  static int bytesBeside(Door.Request.WhatCase what, ByteBuffer frame) {
    int size = frame.remaining();
    try {
      CodedInputStream in = CodedInputStream.newInstance(frame);
      return switch (what) {
        case SUBMIT -> size - valueBytes(in, OF_SUBMIT, 0);
        case RESOLVE_INCIDENT -> size - valueBytes(in, OF_RESOLVE, 0);
        case DELIVER -> size - valueBytes(in, OF_DELIVER, 0);
        default -> 0;
      };
    } catch (IOException e) {
      throw new CorruptedFrameException("not a frame of the door's protocol", e);
    }
  }

  private static int valueBytes(CodedInputStream in, int[] path, int depth) throws IOException {
    int bytes = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!isOf(tag, path[depth])) {
        skip(in, tag);
        continue;
      }
      int length = in.readRawVarint32();
      if (depth == path.length - 1) {
        in.skipRawBytes(length);
        bytes += length;
      } else {
        int outer = in.pushLimit(length);
        bytes += valueBytes(in, path, depth + 1);
        in.popLimit(outer);
      }
    }
    return bytes;
  }

  private static boolean isOf(int tag, int field) {
    return WireFormat.getTagFieldNumber(tag) == field
        && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new IOException("a group ends that has not begun");
    }
  }
}
