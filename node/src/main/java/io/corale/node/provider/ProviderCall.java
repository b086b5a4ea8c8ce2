package io.corale.node.provider;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;

/**
 * One attempt as a provider sees it.
 *
 * @param form what the arguments are
 * @param owner whose invocation it is
 * @param attempt its {@code call().toString()} is the idempotency key, equal for all attempts
 * @param account how to reach the provider
 * @param function the abstract function's name
 * @param target the chosen implementation's own settings, such as {@code path}
 * @param timeout after which the provider ends the function
 * @param notAfter wall-clock time after which the function should not start any more
 * @param traceParent W3C trace context, may be empty
 * @param authentication what the provider must be shown
 * @param hold where a large answer finds room; asked before it is read
 */
public record ProviderCall(
    OwnerId owner,
    CallForm form,
    AttemptId attempt,
    Account account,
    String function,
    SortedMap<String, String> target,
    Payload arguments,
    Duration timeout,
    Instant notAfter,
    String traceParent,
    Authentication authentication,
    SendGuard guard,
    Hold hold) {
  /** One that holds as much as it likes. */
  public ProviderCall(
      OwnerId owner,
      CallForm form,
      AttemptId attempt,
      Account account,
      String function,
      SortedMap<String, String> target,
      Payload arguments,
      Duration timeout,
      Instant notAfter,
      String traceParent,
      Authentication authentication,
      SendGuard guard) {
    this(
        owner,
        form,
        attempt,
        account,
        function,
        target,
        arguments,
        timeout,
        notAfter,
        traceParent,
        authentication,
        guard,
        Hold.unbounded());
  }

  /**
   * Room for what is made of large arguments, if there is some: for functions what is written of
   * them, else the message as well, and what it is made of.
   */
  public boolean packs() {
    return arguments.fitsInline()
        || hold.pack(
            form == CallForm.FUNCTION ? arguments.sizeBytes() : 2L * arguments.sizeBytes());
  }

  /** The arguments have left; a message is kept, because it may have to be sent again. */
  public void sent() {
    hold.unpack(form == CallForm.FUNCTION ? 0 : arguments.sizeBytes());
  }

  /** The same, at the moment at which their bytes have left. */
  public void written() {
    sent();
    guard.written();
  }

  /** The same attempt under another guard. */
  public ProviderCall guardedBy(SendGuard other) {
    return new ProviderCall(
        owner,
        form,
        attempt,
        account,
        function,
        target,
        arguments,
        timeout,
        notAfter,
        traceParent,
        authentication,
        other,
        hold);
  }
}
