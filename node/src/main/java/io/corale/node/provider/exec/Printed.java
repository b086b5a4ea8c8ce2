package io.corale.node.provider.exec;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;

/** What a program has printed so far, as much of it as is kept; never waits for more. */
final class Printed {
  private final InputStream in;
  private final int mostBytes;
  private final boolean isEndKept;
  private ByteString kept = ByteString.EMPTY;
  private boolean isTooMuch;

  private Printed(InputStream in, int mostBytes, boolean isEndKept) {
    this.in = in;
    this.mostBytes = mostBytes;
    this.isEndKept = isEndKept;
  }

  /** Keeps so many of the first bytes; more is too much. */
  static Printed beginning(InputStream in, int mostBytes) {
    return new Printed(in, mostBytes, false);
  }

  /** Keeps so many of the latest bytes. */
  static Printed end(InputStream in, int mostBytes) {
    return new Printed(in, mostBytes, true);
  }

  /** Takes what is there. */
  void look() {
    try {
      for (int there = in.available(); there > 0 && !isTooMuch; there = in.available()) {
        keep(ByteString.copyFrom(in.readNBytes(there)));
      }
    } catch (IOException e) {
      return; // It was closed: there will be no more.
    }
  }

  private void keep(ByteString more) {
    ByteString all = kept.concat(more);
    if (all.size() <= mostBytes) {
      kept = all;
    } else if (isEndKept) {
      kept = ByteString.copyFrom(all.substring(all.size() - mostBytes).toByteArray());
    } else {
      isTooMuch = true;
    }
  }

  boolean isTooMuch() {
    return isTooMuch;
  }

  ByteString bytes() {
    return kept;
  }
}
