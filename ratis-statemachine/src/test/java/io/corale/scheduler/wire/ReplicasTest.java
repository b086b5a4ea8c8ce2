package io.corale.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.InvocationId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.RandomLog;
import io.corale.scheduler.Result;
import io.corale.sim.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Replicas that apply the same log are the same, however they came to where they are. */
class ReplicasTest {
  private static final int ENTRIES = 300;

  /** Rule 35; also rules 18 and 22: no random log breaks an invariant or ends anything twice. */
  @Seeds(24)
  void aReplicaRestoredInTheMiddleGoesOnAsTheOthers(long seed) throws IOException {
    Random random = new Random(seed);
    RandomLog log = seed % 3 == 0 ? RandomLog.plain(random) : RandomLog.wild(random);
    OwnerScheduler steady = new OwnerScheduler();
    OwnerScheduler moved = new OwnerScheduler();
    History history = new History();
    for (int i = 0; i < ENTRIES; i++) {
      RandomLog.Written written = i == 0 ? log.first() : log.next();
      if (random.nextInt(25) == 0) {
        moved = OwnerScheduler.restore(decode(encode(moved)));
        assertThat(encode(moved)).isEqualTo(encode(steady));
        assertThat(moved.resume()).isEqualTo(steady.resume());
      }

      Applied applied = written.to(steady);
      Applied again =
          written.entry().equals(EntryCodec.decode(EntryCodec.encode(written.entry())))
              ? written.to(moved)
              : applied;

      assertThat(again).isEqualTo(applied);
      assertThat(steady.invariants()).isEmpty();
      history.note(written.entry(), applied);
      log.saw(applied);
    }
    assertThat(encode(moved)).isEqualTo(encode(steady));
    assertThat(history.endings).isPositive();
  }

  /** What callers saw: an id ends once, until its receipt has expired and it is taken again. */
  private static final class History {
    private final Map<InvocationId, Long> acceptedMicros = new LinkedHashMap<>();
    private final Set<InvocationId> ended = new LinkedHashSet<>();
    private int endings;

    void note(Entry entry, Applied applied) {
      for (int i = 0; i < entry.commands().size(); i++) {
        if (entry.commands().get(i) instanceof Command.Submit submit
            && applied.results().get(i) instanceof Result.Accepted) {
          Long before = acceptedMicros.put(submit.invocation(), applied.cellTimeMicros());
          assertThat(before == null || ended.remove(submit.invocation())).isTrue();
          assertThat(before == null ? 0 : before + submit.receiptMicros())
              .isLessThanOrEqualTo(applied.cellTimeMicros());
        }
      }
      for (Effect effect : applied.effects()) {
        if (effect instanceof Effect.Answer answer) {
          // What others run is accepted within an apply, out of sight: its id may come again.
          assertThat(ended.add(answer.invocation()) || answer.invocation().isDerived()).isTrue();
          endings++;
        }
      }
    }
  }

  static byte[] encode(OwnerScheduler scheduler) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.encode(scheduler.image(), out);
    return out.toByteArray();
  }

  static Image decode(byte[] bytes) throws IOException {
    return SnapshotCodec.decode(new ByteArrayInputStream(bytes));
  }
}
