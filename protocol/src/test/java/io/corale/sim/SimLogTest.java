package io.corale.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** That the simulated log keeps Raft's promises however it is treated, and is live when healed. */
final class SimLogTest {
  private static final int MEMBERS = 3;

  private final VirtualTime time = new VirtualTime();
  private final Trace trace = new Trace(time);
  private final Map<Long, Long> committed = new LinkedHashMap<>();
  private final List<Member> members = new ArrayList<>();

  /** Remembers what it applied; its snapshot is that list. */
  private final class Member implements SimLog.Replica<List<Long>> {
    private List<Long> applied = new ArrayList<>();
    private long lastIndex;

    @Override
    public void lead(long term) {
      trace.note("leads " + term);
    }

    @Override
    public void unlead() {}

    @Override
    public void apply(long term, long index, byte[] entry) {
      long value = ByteBuffer.wrap(entry).getLong();
      trace.note("applied " + index + " = " + value);
      assertThat(index).as("order").isGreaterThan(lastIndex);
      lastIndex = index;
      Long before = committed.putIfAbsent(index, value);
      assertThat(before).as("at index " + index).isIn(null, value);
      applied.add(value);
    }

    @Override
    public void restore(Optional<List<Long>> snapshot) {
      applied = new ArrayList<>(snapshot.orElse(List.of()));
      lastIndex = 0;
    }

    @Override
    public void crash() {}
  }

  @Seeds(100)
  void replicasApplyTheSameInTheSameOrder(long seed) {
    SimLog.Counts counts = run(seed);

    assertThat(counts.elections()).isPositive();
    List<Long> all = members.get(0).applied;
    assertThat(all).as("what was proposed last, after healing").contains(-1L);
    assertThat(members).allSatisfy(m -> assertThat(m.applied).isEqualTo(all));
  }

  @Seeds(10)
  void sameSeedSameTrace(long seed) {
    SimLogTest other = new SimLogTest();
    run(seed);
    other.run(seed);

    assertThat(trace.hash()).isEqualTo(other.trace.hash());
  }

  private SimLog.Counts run(long seed) {
    RandomGenerator chance = new Chance(seed).of("script");
    for (int i = 0; i < MEMBERS; i++) {
      members.add(new Member());
    }
    SimLog<List<Long>> log = new SimLog<>(time, new Chance(seed).of("log"), members);
    log.weather(new SimLog.Weather(Duration.ofMillis(20), 50, 50));
    for (long value = 1; value <= 200; value++) {
      time.run(Duration.ofMillis(chance.nextInt(60)));
      propose(log, chance.nextInt(MEMBERS), value);
      disturb(log, chance);
    }
    log.weather(SimLog.Weather.FAIR);
    log.heal();
    for (int i = 0; i < MEMBERS; i++) {
      log.restart(i);
    }
    time.run(Duration.ofSeconds(5));
    propose(log, log.leader().orElseThrow(), -1);
    time.run(Duration.ofSeconds(1));
    return log.counts();
  }

  private static void propose(SimLog<List<Long>> log, int member, long value) {
    byte[] entry = ByteBuffer.allocate(8).putLong(value).array();
    log.propose(member, entry, () -> {}, () -> {});
  }

  private void disturb(SimLog<List<Long>> log, RandomGenerator chance) {
    int member = chance.nextInt(MEMBERS);
    switch (chance.nextInt(20)) {
      case 0 -> log.elect(member);
      case 1 -> log.crash(member);
      case 2, 3 -> log.restart(member);
      case 4 -> log.cutOff(member);
      case 5, 6 -> log.heal();
      case 7 -> {
        if (log.isUp(member)) {
          Member m = members.get(member);
          log.snapshot(member, m.lastIndex, List.copyOf(m.applied));
        }
      }
      case 8 -> log.mute(member);
      case 9 -> log.slowDown(member);
      default -> {}
    }
  }
}
