package io.corale.node.disk;

import java.io.IOException;

/** A data directory that this process must not use; its message says why. */
public final class UnusableDirectoryException extends IOException {
  public UnusableDirectoryException(String message) {
    super(message);
  }
}
