package io.corale.deploy.recorder;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/** What an account has of its {@link Quota} at a moment. Confined to one thread. */
final class Usage {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final Deque<Long> starts = new ArrayDeque<>();
  private int running;

  /** Why it has no room for one more; empty if it has. */
  Optional<String> refusal(Quota quota, long nowNanos) {
    if (running >= quota.running()) {
      return Optional.of(quota.running() + " of the account run already");
    }
    long longest = quota.perMinute() == Quota.UNLIMITED ? SECOND : MINUTE;
    while (!starts.isEmpty() && nowNanos - starts.getFirst() >= longest) {
      starts.removeFirst();
    }
    if (starts.size() >= quota.perMinute()) {
      return Optional.of(quota.perMinute() + " of the account started within a minute");
    }
    if (quota.perSecond() != Quota.UNLIMITED && within(SECOND, nowNanos) >= quota.perSecond()) {
      return Optional.of(quota.perSecond() + " of the account started within a second");
    }
    return Optional.empty();
  }

  private int within(long window, long nowNanos) {
    int count = 0;
    Iterator<Long> latest = starts.descendingIterator();
    while (latest.hasNext() && nowNanos - latest.next() < window) {
      count++;
    }
    return count;
  }

  void started(Quota quota, long nowNanos) {
    running++;
    if (quota.countsStarts()) {
      starts.addLast(nowNanos);
    }
  }

  void ended() {
    running--;
  }
}
