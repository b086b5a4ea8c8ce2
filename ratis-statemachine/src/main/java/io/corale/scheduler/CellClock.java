package io.corale.scheduler;

/**
 * Cell time: the sum of what the entries of a log say has passed (rule 7). It stands still while
 * nobody proposes and never runs faster than the proposers' clocks.
 */
final class CellClock {
  private long nowMicros;

  CellClock(long nowMicros) {
    this.nowMicros = nowMicros;
  }

  long nowMicros() {
    return nowMicros;
  }

  /**
   * Adds the time of one entry. An entry whose proposer packed it in another term than the one in
   * which it was appended adds nothing: its time may overlap with what others proposed in between.
   */
  void advance(long term, Entry entry) {
    if (entry.proposer().term() == term) {
      nowMicros = later(nowMicros, entry.elapsedMicros());
    }
  }

  /** A sum that stays at the end of time instead of leaping to its beginning. */
  static long later(long fromMicros, long... moreMicros) {
    long sum = fromMicros;
    for (long more : moreMicros) {
      sum = more > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + more;
    }
    return sum;
  }
}
