package io.corale.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Refusal;
import io.corale.model.Terms;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Nobody's change of terms undoes another's, and what was changed comes into force (ADR 33). */
class TermsChangeTest {
  private static final OptionalLong WHATEVER = OptionalLong.empty();

  private static Terms few(int maxQueued, long version) {
    return new Terms(version, maxQueued, 1, 1, Terms.ANY_RATE, new TreeMap<>());
  }

  private static Answer<Terms> after(
      Terms wanted, OptionalLong replaces, Optional<Terms> stands, Terms inForce) {
    return new TermsChange(wanted, replaces, inForce).after(stands);
  }

  private static void requireConflict(Answer<Terms> answer, String... words) {
    Refusal refusal = ((Answer.Refused<Terms>) answer).refusal();
    assertThat(refusal.code()).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(refusal.message()).contains(words);
  }

  @Test
  void eachChangeHasTheNextVersion() {
    assertThat(after(few(5, 0), WHATEVER, Optional.empty(), Terms.STANDARD))
        .isEqualTo(new Answer.Given<>(few(5, 1)));
    assertThat(after(few(5, 9), WHATEVER, Optional.of(few(4, 1)), few(4, 1)))
        .isEqualTo(new Answer.Given<>(few(5, 2)));
  }

  @Test
  void whatReplacesAnotherVersionThanStandsIsRefused() {
    Optional<Terms> stands = Optional.of(few(4, 3));

    requireConflict(
        after(few(5, 0), OptionalLong.of(2), stands, few(4, 3)), "version 3", "version 2");
    assertThat(after(few(5, 0), OptionalLong.of(3), stands, few(4, 3)))
        .isEqualTo(new Answer.Given<>(few(5, 4)));
  }

  @Test
  void whoFoundNoneReplacesNone() {
    requireConflict(
        after(few(5, 0), OptionalLong.of(0), Optional.of(few(4, 1)), few(4, 1)),
        "version 1",
        "none was to be replaced");
    requireConflict(
        after(few(5, 0), OptionalLong.of(1), Optional.empty(), Terms.STANDARD), "no terms are");
  }

  /** The answer to the first copy of a request may have been lost. */
  @Test
  void whatStandsAsItIsWantedIsNoConflictAndNoChange() {
    Terms stands = few(5, 4);

    for (Terms inForce : new Terms[] {few(4, 3), few(5, 4)}) {
      assertThat(after(few(5, 0), OptionalLong.of(3), Optional.of(stands), inForce))
          .isEqualTo(new Answer.Given<>(stands));
    }
  }

  /** It was restored from a backup, or the owner was entered anew. */
  @Test
  void aRegistryThatKnowsLessThanTheCellGoesOnAboveIt() {
    assertThat(after(few(5, 0), OptionalLong.of(2), Optional.of(few(4, 2)), few(9, 7)))
        .isEqualTo(new Answer.Given<>(few(5, 8)));
    assertThat(after(few(5, 0), OptionalLong.of(0), Optional.empty(), few(9, 7)))
        .isEqualTo(new Answer.Given<>(few(5, 8)));
    assertThat(after(few(4, 0), OptionalLong.of(2), Optional.of(few(4, 2)), few(9, 7)))
        .as("the cell does not take what stands, for it is no later")
        .isEqualTo(new Answer.Given<>(few(4, 8)));
  }

  /** Who was deposed and did not know it has chosen a version that the cell has already. */
  @Test
  void ofTwoThatHaveOneVersionTheCellGetsWhatStandsUnderTheNext() {
    assertThat(after(few(5, 0), OptionalLong.of(2), Optional.of(few(5, 7)), few(9, 7)))
        .isEqualTo(new Answer.Given<>(few(5, 8)));
  }
}
