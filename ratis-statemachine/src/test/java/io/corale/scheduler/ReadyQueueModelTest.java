package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Limit;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.QueueModel.Call;
import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

final class ReadyQueueModelTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "g");
  private static final List<Policy> POLICIES =
      List.of(Policy.LST_BL, Policy.LST_BL, Policy.LST_BL, Policy.EDF, Policy.FIFO);
  private static final int STEPS = 600;

  /** Time passes so much faster where windows of rates are to pass. */
  private static final int SLOW = 3_000;

  /** Rules 12, 16 and 38 (P11): every dispatch is the one that a scan of all calls would choose. */
  @Seeds(30)
  void dispatchesAsTheReferenceModel(long seed) {
    Run run = new Run(seed);

    for (int step = 0; step < STEPS; step++) {
      run.step();
      run.check();
    }
    run.drain();

    assertThat(run.dispatched).isGreaterThan(STEPS / 20);
    assertThat(run.held).isPositive();
  }

  /** Rules 15 and 16: what time has shut is in nobody's way, and comes back by itself. */
  @Seeds(30)
  void dispatchesAsTheReferenceModelWhereTimeLimitsScopes(long seed) {
    Run run = new Run(seed, SLOW);

    for (int step = 0; step < STEPS; step++) {
      run.step();
      run.check();
      if (step % 50 == 49) {
        run.restore();
        run.check();
      }
    }
    run.drain();

    assertThat(run.dispatched).isGreaterThan(STEPS / 20);
    assertThat(run.shut).isPositive();
  }

  /** Rule 35: shape is not state; a queue restored from its records in any order goes on alike. */
  @Seeds(30)
  void goesOnAlikeAfterARestoreInAnyOrder(long seed) {
    Run run = new Run(seed);

    for (int step = 0; step < STEPS; step++) {
      run.step();
      if (step % 50 == 49) {
        run.restore();
        run.check();
      }
    }
    run.drain();
  }

  /** One random history, told to the queue and to the model alike. */
  private static final class Run {
    private final RandomGenerator chance;
    private final QueueModel model;
    private final Map<Call, Ticket<Call>> tickets = new LinkedHashMap<>();
    private ReadyQueue<Call> queue;
    private long now = 1_000;
    private long sequence;
    private int dispatched;
    private int held;
    private int shut;
    private final int pace;

    Run(long seed) {
      this(seed, 1);
    }

    Run(long seed, int pace) {
      this.pace = pace;
      this.chance = new Chance(seed).of("history");
      Account account = account();
      this.model = new QueueModel(account);
      this.queue = new ReadyQueue<>(account, 0, Orders::of);
    }

    void step() {
      switch (chance.nextInt(pace > 1 ? 25 : 23)) {
        case 0, 1, 2, 3, 4, 5, 6 -> insert();
        case 7, 8, 9, 10, 11, 12 -> dispatch();
        case 13, 14, 15 -> release();
        case 16 -> cancel();
        case 17, 18 -> now += chance.nextLong(60) * pace;
        case 19, 20, 21 -> see();
        case 22 -> reconfigure();
        default -> throttle();
      }
    }

    void check() {
      look();
      assertThat(queue.loads()).isEqualTo(model.loads());
      assertThat(queue.turn()).isEqualTo(model.turn());
      assertThat(queue.size()).isEqualTo(model.waiting().size());
      assertThat(queue.isHeldByTail()).isEqualTo(model.isHeldByTail());
      held += model.isHeldByTail() ? 1 : 0;
    }

    /** Everything that still waits must come, in the model's order. */
    void drain() {
      while (!model.waiting().isEmpty() || !model.running().isEmpty()) {
        now += chance.nextLong(20) * pace;
        while (dispatch()) {
          check();
        }
        see();
        release();
      }
      check();
    }

    void restore() {
      List<ScopeState> states = queue.states();
      queue = new ReadyQueue<>(model.account(), queue.turn(), Orders::of);
      queue.restore(states);
      tickets.clear();
      List<Call> calls = shuffled(model.waiting());
      List<String> slots = shuffled(model.running());
      calls.subList(0, calls.size() / 2).forEach(this::queue);
      slots.forEach(queue::occupy);
      shuffled(model.unseen()).forEach(queue::markUnseen);
      calls.subList(calls.size() / 2, calls.size()).forEach(this::queue);
      assertThat(queue.states()).isEqualTo(states);
    }

    private void insert() {
      List<ScopeLimit> scopes = model.account().scopes();
      String scope = scopes.get(chance.nextInt(scopes.size())).scope();
      long rank = chance.nextLong(40);
      Call call = new Call(scope, now + chance.nextLong(200), rank, sequence++);
      model.insert(call);
      queue(call);
    }

    private boolean dispatch() {
      Map<String, Integer> before = taken();
      look();
      Optional<Call> expected = model.dispatch(now);
      assertThat(queue.dispatch(now)).isEqualTo(expected);
      expected.ifPresent(tickets::remove);
      expected.filter(call -> chance.nextInt(4) > 0).ifPresent(call -> hide(call.scope()));
      dispatched += expected.isPresent() ? 1 : 0;
      requireNoLimitExceeded(before);
      return expected.isPresent();
    }

    /** What the queue has counted is what the model goes by. */
    private void look() {
      queue.begin(now);
      GaugeModel gauges = new GaugeModel(queue.states(), now);
      model.limitBy(gauges);
      shut += model.account().scopes().stream().anyMatch(gauges::isShut) ? 1 : 0;
    }

    private void throttle() {
      if (!model.running().isEmpty()) {
        String scope = model.running().get(0);
        long started = now - chance.nextLong(30) * pace;
        queue.scope(scope).throttled(now + chance.nextLong(200) * pace, now);
        queue.scope(scope).taught(started, now);
      }
    }

    private void release() {
      if (!model.running().isEmpty()) {
        String scope = model.running().get(chance.nextInt(model.running().size()));
        if (Collections.frequency(model.unseen(), scope)
            == Collections.frequency(model.running(), scope)) {
          show(scope);
        }
        model.release(scope);
        queue.release(scope);
      }
    }

    /** The executor sees some of what it has started. */
    private void see() {
      for (int i = chance.nextInt(4); i > 0 && !model.unseen().isEmpty(); i--) {
        show(model.unseen().get(chance.nextInt(model.unseen().size())));
      }
    }

    private void hide(String scope) {
      model.markUnseen(scope);
      queue.markUnseen(scope);
    }

    private void show(String scope) {
      model.markSeen(scope);
      queue.markSeen(scope);
    }

    private void cancel() {
      if (!model.waiting().isEmpty()) {
        Call call = model.waiting().get(chance.nextInt(model.waiting().size()));
        model.remove(call);
        queue.remove(Objects.requireNonNull(tickets.remove(call)));
      }
    }

    private void reconfigure() {
      Account next = chance.nextBoolean() ? withOtherLimits(model.account()) : account();
      assertThat(queue.refusal(next).isPresent()).isEqualTo(model.refuses(next));
      if (!model.refuses(next)) {
        model.reconfigure(next);
        queue.reconfigure(next, now);
      }
    }

    private void queue(Call call) {
      tickets.put(
          call,
          queue.insert(
              call, call.scope(), call.deadlineMicros(), call.rankMicros(), call.sequence()));
    }

    /** A dispatch raises a scope's slots only up to its limit. */
    private void requireNoLimitExceeded(Map<String, Integer> before) {
      for (ReadyQueue.ScopeLoad load : queue.loads()) {
        if (load.taken() > before.getOrDefault(load.scope(), 0)) {
          assertThat(load.taken()).isLessThanOrEqualTo(load.limit());
        }
      }
    }

    private Map<String, Integer> taken() {
      Map<String, Integer> taken = new TreeMap<>();
      queue.loads().forEach(load -> taken.put(load.scope(), load.taken()));
      return taken;
    }

    private Account account() {
      List<ScopeLimit> scopes = new ArrayList<>();
      scopes.add(limit(ScopeLimit.ROOT, Optional.empty(), 1 + chance.nextInt(16)));
      for (String name : NAMES) {
        if (chance.nextInt(8) > 0) {
          String parent = scopes.get(chance.nextInt(scopes.size())).scope();
          scopes.add(limit(name, Optional.of(parent), 1 + chance.nextInt(12)));
        }
      }
      Policy policy = POLICIES.get(chance.nextInt(POLICIES.size()));
      return account(policy, scopes);
    }

    private ScopeLimit limit(String scope, Optional<String> parent, int most) {
      List<Limit> more = new ArrayList<>();
      if (pace > 1 && chance.nextInt(3) == 0) {
        more.add(new Limit.Rate(1 + chance.nextInt(6), Limit.Window.SECOND));
      }
      if (pace > 1 && chance.nextInt(6) == 0) {
        more.add(new Limit.Ramp(1, 1 + chance.nextInt(3), Duration.ofMillis(300)));
      }
      if (pace > 1 && chance.nextInt(6) == 0) {
        more.add(new Limit.Learned(1 + chance.nextInt(6)));
      }
      return new ScopeLimit(scope, parent, most, more);
    }

    private Account withOtherLimits(Account account) {
      List<ScopeLimit> scopes = new ArrayList<>();
      for (ScopeLimit limit : account.scopes()) {
        scopes.add(limit(limit.scope(), limit.parent(), 1 + chance.nextInt(12)));
      }
      return account(account.policy(), scopes);
    }

    private static Account account(Policy policy, List<ScopeLimit> scopes) {
      return new Account(new AccountId("cheap"), "sim", 1, policy, new TreeMap<>(), scopes);
    }

    private <E> List<E> shuffled(List<E> values) {
      List<E> shuffled = new ArrayList<>(values);
      Collections.shuffle(shuffled, new Random(chance.nextLong()));
      return shuffled;
    }
  }
}
