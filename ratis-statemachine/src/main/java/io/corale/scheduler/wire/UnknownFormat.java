package io.corale.scheduler.wire;

/**
 * Bytes of a format or command that this build does not know. The cell is quarantined on this node
 * (rule 36): a replica that skipped them would part from the others.
 */
public final class UnknownFormat extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnknownFormat(String message) {
    super(message);
  }
}
