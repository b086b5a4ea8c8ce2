package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replicas that decide differently are told apart, also where their states are the same. */
final class ChainTest {
  private static final Effect WAKE = new Effect.WakeAt(5);
  private static final Effect STOP = new Effect.Stop(SuperpeerRig.attempt(1));

  @Test
  void sameDecisionsSameNumber() {
    assertThat(after(applied(STOP, WAKE))).isEqualTo(after(applied(STOP, WAKE)));
  }

  @Test
  void anotherOrderOfEffectsIsAnotherNumber() {
    assertThat(after(applied(STOP, WAKE))).isNotEqualTo(after(applied(WAKE, STOP)));
  }

  @Test
  void eachPartOfADecisionCounts() {
    List<Applied> different =
        List.of(
            applied(),
            applied(WAKE),
            applied(new Effect.WakeAt(6)),
            applied(STOP),
            applied(new Effect.Stop(SuperpeerRig.attempt(2))),
            applied(new Effect.Acknowledge()),
            applied(SuperpeerRig.start(1)),
            applied(SuperpeerRig.start(2)),
            applied(new Effect.Continue(SuperpeerRig.branch(1), new Signal.Resumed())),
            applied(new Effect.Continue(SuperpeerRig.branch(2), new Signal.Resumed())),
            applied(answer(new Ending.Cancelled(""))),
            applied(answer(new Ending.Completed(Payload.NULL))),
            applied(answer(new Ending.Completed(Payload.ofJson("true")))),
            applied(new Effect.Continue(SuperpeerRig.branch(1), new Signal.Elapsed(1))),
            applied(new Effect.Continue(SuperpeerRig.branch(1), new Signal.Elapsed(2))),
            new Applied(1, List.of(new Result.Done()), List.of()),
            new Applied(1, List.of(new Result.Stale()), List.of()),
            new Applied(2, List.of(new Result.Stale()), List.of()));

    assertThat(different.stream().map(ChainTest::after)).doesNotHaveDuplicates();
  }

  /** The logs of older builds must lead where they led. */
  @Test
  void beginsWithTheFirstCheck() {
    Chain chain = new Chain(0);

    chain.applied(1, applied(WAKE));
    assertThat(chain.link()).isZero();
    chain.begin();
    chain.applied(2, applied(WAKE));

    assertThat(chain.link()).isNotZero();
  }

  @Test
  void goesOnFromWhereItWas() {
    Chain whole = begun();
    whole.applied(1, applied(WAKE));
    Chain restored = new Chain(whole.link());
    whole.applied(2, applied(STOP));
    restored.begin();
    restored.applied(2, applied(STOP));

    assertThat(restored.link()).isEqualTo(whole.link());
  }

  private static Effect answer(Ending ending) {
    return new Effect.Answer(new InvocationId("one"), ending);
  }

  private static Applied applied(Effect... effects) {
    return new Applied(1, List.of(), List.of(effects));
  }

  private static long after(Applied applied) {
    Chain chain = begun();
    chain.applied(7, applied);
    return chain.link();
  }

  private static Chain begun() {
    Chain chain = new Chain(0);
    chain.begin();
    return chain;
  }
}
