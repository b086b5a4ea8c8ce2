package io.corale.scheduler.simulated;

import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Call;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Counts by what stands in the log how many retries each account has left, and watches that beyond
 * them each waits for a second at least (ADR 34).
 */
final class Persistence {
  private static final int RETRY = 100;
  private static final int FIRST_ATTEMPT = 10;
  private static final long A_SECOND = 1_000_000;

  private final Judge judge;
  private final int most;

  /** In hundredths of a retry; at least as much as the account has. */
  private final Map<AccountId, Integer> left = new LinkedHashMap<>();

  private Map<CallId, Call> before = new LinkedHashMap<>();

  /**
   * @param retries that may begin at an account in one lump
   */
  Persistence(Judge judge, int retries) {
    this.judge = judge;
    this.most = retries * RETRY;
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    if (image.header().activeFormat() < Entry.TERMS_FORMAT) {
      return;
    }
    Map<CallId, Call> after = new LinkedHashMap<>();
    image.calls().forEach(call -> after.put(call.id(), call));
    Set<AttemptId> heard = new LinkedHashSet<>();
    for (Command command : entry.commands()) {
      if (command instanceof Command.Settle settle && heard.add(settle.attempt())) {
        Call was = before.get(settle.attempt().call());
        Call is = after.get(settle.attempt().call());
        if (was != null
            && is != null
            && was.attempt() == settle.attempt().number()
            && is.tried() == was.tried() + 1) {
          retried(was, is, applied.cellTimeMicros());
        }
      }
    }
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Start start && start.attempt().number() == 1) {
        AccountId account = start.call().account();
        left.put(account, Math.min(most, left(account) + FIRST_ATTEMPT));
      }
    }
    before = after;
  }

  private int left(AccountId account) {
    return left.getOrDefault(account, most);
  }

  private void retried(Call was, Call is, long nowMicros) {
    AccountId account = was.spec().account();
    boolean waits =
        (is.state() == Call.State.PAUSED || is.state() == Call.State.FENCED)
            && is.dueMicros() >= nowMicros + A_SECOND;
    if (left(account) >= RETRY) {
      // It may wait because none is left: the cell may know better. Seed 8411.
      left.put(account, left(account) - (waits ? 0 : RETRY));
      return;
    }
    judge.require(
        Check.RETRIES,
        waits,
        () -> was + " is tried again though " + account + " has no retries left: " + is);
  }
}
