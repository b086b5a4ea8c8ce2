package io.corale.node.discover;

import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.node.registry.Registration;
import java.time.Duration;
import java.util.Optional;

/**
 * How a question ended for an account.
 *
 * @param account as it stands now
 * @param trouble why nothing was learned, or not all
 * @param again where it is asked again soon, because more is allowed than stands
 */
record Found(
    Registration account, Optional<String> trouble, Rounds.End end, Optional<Duration> again) {
  static Found learned(Registration account) {
    return new Found(account, Optional.empty(), Rounds.End.ANSWERED, Optional.empty());
  }

  static Found failed(Registration account, String why) {
    return new Found(
        account,
        Optional.of(Problem.shortened(why, Problem.MAX_DETAIL_CHARS)),
        Rounds.End.FAILED,
        Optional.empty());
  }

  Found held(Optional<Duration> again) {
    return new Found(account, trouble, end, again);
  }

  /** What was said cannot be taken in whole yet. */
  Found tooEarly(Refusal why) {
    return end == Rounds.End.FAILED
        ? this
        : new Found(account, Optional.of(why.message()), Rounds.End.TOO_EARLY, again);
  }
}
