package io.corale.scheduler;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.corale.model.Payload;

/**
 * A text on its way into a cell, part by part.
 *
 * @param received its bytes up to where its next part begins; all of them, and as its reference
 *     says, where it is whole
 * @param lastMicros cell time of its last part
 */
public record Upload(Payload.Reference text, ByteString received, long lastMicros) {
  /** Whether all of its bytes are here. */
  public boolean isWhole() {
    return received.size() == text.sizeBytes();
  }

  Upload with(ByteString part, long nowMicros) {
    return new Upload(text, received.concat(part), nowMicros);
  }

  /** In one piece, for what comes last is read often. */
  Upload inOnePiece() {
    return new Upload(text, UnsafeByteOperations.unsafeWrap(received.toByteArray()), lastMicros);
  }
}
