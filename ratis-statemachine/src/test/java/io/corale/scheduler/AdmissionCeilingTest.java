package io.corale.scheduler;

import static io.corale.scheduler.SuperpeerRig.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A superpeer takes as much new work as comes through, and all results (P12, ADR 33). */
class AdmissionCeilingTest {
  private static final int MANY = 2_000;

  private final SuperpeerRig rig = new SuperpeerRig();

  /** So much new work waits for more than a fifth of a second, again and again. */
  private void slowDown() {
    long ticket = 1;
    for (int i = 0; i < 100; i++) {
      rig.superpeer.enqueue(ticket, submit("slow" + ticket, 1), Urgency.NEW, rig.nowNanos);
      ticket++;
      List<Entry> proposed = rig.proposed();
      rig.nowNanos += 2 * Ceiling.SLOW_NANOS;
      proposed.forEach(entry -> rig.apply(entry));
      rig.drain(Action.Resolve.class);
    }
  }

  private List<Action.Resolve> ask(Urgency urgency) {
    for (int i = 0; i < MANY; i++) {
      rig.superpeer.enqueue(10_000 + i, submit("i" + i, 1), urgency, rig.nowNanos);
    }
    return rig.drain(Action.Resolve.class);
  }

  /** Asks for as much as is said to have room, and says how much that was. */
  private int fill() {
    int asked = 0;
    while (rig.superpeer.shortage().isEmpty()) {
      rig.superpeer.enqueue(asked, submit("f" + asked++, 1), Urgency.NEW, rig.nowNanos);
    }
    return asked;
  }

  private void applyAll() {
    for (List<Entry> next = rig.proposed(); !next.isEmpty(); next = rig.proposed()) {
      next.forEach(entry -> rig.apply(entry));
    }
  }

  @Test
  void takesAllWhereNothingIsSlow() {
    rig.lead(1);

    assertThat(ask(Urgency.NEW)).isEmpty();
  }

  @Test
  void refusesNewWorkThatWouldOnlyWait() {
    rig.lead(1);
    slowDown();

    List<Action.Resolve> refused = ask(Urgency.NEW);

    assertThat(refused).hasSizeGreaterThan(MANY / 2);
    assertThat(((Result.Refused) refused.get(0).result()).refusal().code())
        .isEqualTo(Refusal.Code.OVERLOADED);
  }

  /** So that nobody has a composition walked, or waits for the cell's thread, to be refused. */
  @Test
  void saysBeforehandThatItWouldRefuse() {
    rig.lead(1);
    slowDown();
    assertThat(rig.superpeer.shortage()).isEmpty();

    Action.Resolve refused = ask(Urgency.NEW).get(0);

    assertThat(rig.superpeer.shortage()).contains(((Result.Refused) refused.result()).refusal());
  }

  /** Or the ceiling would stay where slowness has left it: those told beforehand do not ask. */
  @Test
  void risesWhereOnlyThoseWhoWereToldBeforehandWereInTheWay() {
    rig.lead(1);
    slowDown();
    int before = fill();

    for (int i = 0; i < 100; i++) {
      applyAll();
      fill();
    }

    applyAll();
    assertThat(fill()).isGreaterThan(before);
  }

  @Test
  void refusesNothingWhereItDoesNotLead() {
    rig.lead(1);
    slowDown();
    ask(Urgency.NEW);

    rig.superpeer.unlead(rig.nowNanos);

    assertThat(rig.superpeer.shortage()).isEmpty();
  }

  /** REFUSES_RESULTS. */
  @Test
  void neverRefusesAResultForThat() {
    rig.lead(1);
    slowDown();

    assertThat(ask(Urgency.RESULT)).isEmpty();
  }
}
