package io.corale.deploy.bench;

import io.corale.model.Refusal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a refusal of this moment says: what is full, and when to come back. */
final class RefusalShape {
  /** What is full stands first. */
  private static final Pattern SCOPE = Pattern.compile("([a-z]+): .+");

  /** What our own side of a connection says of a request that it has not sent. */
  private static final String NOT_SENT = "the connection to ";

  private RefusalShape() {}

  /** Whether it was said on this side: no node has heard of the request. */
  static boolean isOurOwn(Refusal refusal) {
    return refusal.message().startsWith(NOT_SENT);
  }

  /** What is full; empty where it does not say. */
  static Optional<String> scope(Refusal refusal) {
    Matcher matcher = SCOPE.matcher(refusal.message());
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** What is wrong with it as the answer of a system that is overloaded. */
  static Optional<String> fault(Refusal refusal) {
    if (refusal.code() != Refusal.Code.OVERLOADED) {
      return Optional.of("not OVERLOADED but " + refusal);
    }
    if (scope(refusal).isEmpty()) {
      return Optional.of("no scope: " + refusal);
    }
    return refusal.retryAfter().isZero()
        ? Optional.of("no time to come back: " + refusal)
        : Optional.empty();
  }
}
