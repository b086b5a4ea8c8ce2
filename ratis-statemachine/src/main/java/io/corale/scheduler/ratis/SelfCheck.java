package io.corale.scheduler.ratis;

import io.corale.model.NodeId;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Image;
import io.corale.scheduler.Measured;
import io.corale.scheduler.wire.StateDigest;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures a replica's state at the checks of its log, and judges it by the verdicts that follow
 * (rule 39). An image of references is taken between two entries, a worker makes the digest of it:
 * one at a time, what is to be measured meanwhile is passed over.
 *
 * <p>The applying thread and the worker meet in this object's monitor.
 */
public final class SelfCheck {
  private static final Logger log = LoggerFactory.getLogger(SelfCheck.class);

  /** Verdicts follow within seconds; of older checks none is expected any more. */
  private static final int REMEMBERED = 8;

  /** Hears what comes of it, on the worker's thread or the applying one. */
  public interface Ear {
    /** The state was measured: the superpeer is to know. */
    void measured(Measured what);

    /** A verdict says this of what was measured. */
    void judged(Command.Verdict verdict, Measured own, Judgement judgement);
  }

  private final NodeId self;
  private final Executor worker;
  private final Ear ear;
  private final SortedMap<Long, Measured> own = new TreeMap<>();

  private long replayed;

  /** The check that is being measured; 0 for none. */
  private long measuring;

  /** The verdict on it, which came before it was measured. */
  private Optional<Command.Verdict> early = Optional.empty();

  /**
   * @param self whose replica it is
   * @param worker makes the digests; may be shared by all replicas of a node
   */
  public SelfCheck(NodeId self, Executor worker, Ear ear) {
    this.self = self;
    this.worker = worker;
    this.ear = ear;
  }

  /**
   * The state was replaced, or is that of a beginning. Checks and verdicts up to this entry are
   * passed over: they stood in the log when the replica was opened, and what another life, or
   * another build, made of the same entries must not be held against this one.
   */
  public synchronized void forget(long replayedUpTo) {
    replayed = replayedUpTo;
    own.clear();
    measuring = 0;
    early = Optional.empty();
  }

  /** An entry with a check was applied; {@code image} is of the state that it left. */
  public void check(long index, Supplier<Image> image) {
    synchronized (this) {
      if (measuring != 0 || index <= replayed) {
        return;
      }
      measuring = index;
      early = Optional.empty();
    }
    Image taken = image.get();
    try {
      worker.execute(() -> measure(index, taken));
    } catch (RejectedExecutionException e) {
      measured(index, Optional.empty());
    }
  }

  private void measure(long index, Image image) {
    Optional<Measured> done = Optional.empty();
    try {
      done = Optional.of(new Measured(index, StateDigest.of(image)));
    } catch (RuntimeException | Error e) {
      log.error("the state at {} was not measured", index, e);
    }
    Optional<Command.Verdict> verdict = measured(index, done);
    done.ifPresent(
        own -> {
          ear.measured(own);
          verdict.ifPresent(v -> ear.judged(v, own, v.of(self, own.digest())));
        });
  }

  /** Says which verdict was waiting for it. */
  private synchronized Optional<Command.Verdict> measured(long index, Optional<Measured> what) {
    if (measuring != index) {
      return Optional.empty();
    }
    measuring = 0;
    what.ifPresent(w -> own.put(index, w));
    while (own.size() > REMEMBERED) {
      own.remove(own.firstKey());
    }
    return early;
  }

  /** A verdict was applied. */
  public void judge(Command.Verdict verdict) {
    Optional<Measured> mine;
    synchronized (this) {
      mine = Optional.ofNullable(own.get(verdict.index()));
      if (measuring == verdict.index()) {
        early = Optional.of(verdict);
      }
    }
    mine.ifPresent(what -> ear.judged(verdict, what, verdict.of(self, what.digest())));
  }
}
