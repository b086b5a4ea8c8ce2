package io.corale.scheduler.simulated;

import io.corale.scheduler.Image;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Snapshots in their real format, so that a restore loses what the format does. */
final class Snapshots {
  private Snapshots() {}

  static byte[] encode(Image image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      SnapshotCodec.encode(image, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static Image decode(byte[] bytes) {
    try {
      return SnapshotCodec.decode(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
