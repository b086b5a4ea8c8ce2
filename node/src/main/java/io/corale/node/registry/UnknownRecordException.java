package io.corale.node.registry;

/** A record that this version cannot read: written by a newer one, or damaged. */
public final class UnknownRecordException extends RuntimeException {
  UnknownRecordException(String path, String why) {
    super("record " + path + " " + why);
  }
}
