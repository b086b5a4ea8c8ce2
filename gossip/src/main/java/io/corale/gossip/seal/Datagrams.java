package io.corale.gossip.seal;

import java.util.Optional;

/** Looks whether a datagram can be one at all, before anything of it is read. */
final class Datagrams {
  private Datagrams() {}

  /**
   * Why it cannot; empty where its header can be read and at least {@code trailerBytes} follow.
   *
   * @param other what is said of the form that is not wanted here
   */
  static Optional<Refusal> unfit(
      byte[] datagram, Header.Form wanted, Refusal other, int trailerBytes) {
    if (datagram.length == 0) {
      return Optional.of(Refusal.TRUNCATED);
    }
    if (datagram.length > Seal.MAX_DATAGRAM_BYTES) {
      return Optional.of(Refusal.OVERSIZED);
    }
    Optional<Header.Form> form = Header.Form.of(datagram);
    if (form.isEmpty() || form.get() != wanted) {
      return Optional.of(form.isEmpty() ? Refusal.UNKNOWN_FORM : other);
    }
    boolean isWhole =
        datagram.length >= Header.FIXED_BYTES
            && datagram.length >= Header.bytes(datagram) + trailerBytes;
    return isWhole ? Optional.empty() : Optional.of(Refusal.TRUNCATED);
  }
}
