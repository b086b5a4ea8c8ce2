package io.corale.scheduler;

import io.corale.model.Refusal;
import io.corale.model.Terms;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/** What tests of terms ask of a {@link TestCell}. */
final class TermsCell {
  private TermsCell() {}

  /** A cell in which terms may be agreed to, with one account of this limit. */
  static TestCell open(int limit) {
    TestCell cell = TestCell.open(limit);
    cell.apply(0, new Command.ActivateVersion(Entry.TERMS_FORMAT));
    return cell;
  }

  /** Version 1, with one caller that has a weight. */
  static Terms weighing(String caller, int weight) {
    SortedMap<String, Integer> weights = new TreeMap<>();
    weights.put(caller, weight);
    Terms standard = Terms.STANDARD;
    return new Terms(
        1,
        standard.maxQueued(),
        standard.maxQueuedBytes(),
        standard.maxLive(),
        standard.submitsPerSecond(),
        weights);
  }

  static Command queued(long version, int maxQueued) {
    return agree(version, maxQueued, Terms.MOST_QUEUED_BYTES, Terms.MOST_LIVE, Terms.ANY_RATE);
  }

  static Command queuedBytes(long version, long maxQueuedBytes) {
    return agree(version, Terms.MOST_QUEUED, maxQueuedBytes, Terms.MOST_LIVE, Terms.ANY_RATE);
  }

  static Command living(long version, int maxLive) {
    return agree(version, Terms.MOST_QUEUED, Terms.MOST_QUEUED_BYTES, maxLive, Terms.ANY_RATE);
  }

  static Command perSecond(long version, int submits) {
    return agree(version, Terms.MOST_QUEUED, Terms.MOST_QUEUED_BYTES, Terms.MOST_LIVE, submits);
  }

  private static Command agree(
      long version, int maxQueued, long maxQueuedBytes, int maxLive, int submits) {
    return new Command.Agree(
        new Terms(version, maxQueued, maxQueuedBytes, maxLive, submits, new TreeMap<>()));
  }

  /** That a submit was refused for this moment; why. */
  static String refused(Result result) {
    Refusal refusal = ((Result.Refused) result).refusal();
    if (refusal.code() != Refusal.Code.OVERLOADED) {
      throw new AssertionError(refusal.toString());
    }
    return refusal.message();
  }

  static Duration retryAfter(Result result) {
    return ((Result.Refused) result).refusal().retryAfter();
  }
}
