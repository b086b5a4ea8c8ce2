package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AccountId;
import io.corale.model.CallId;
import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Limit;
import io.corale.model.ServiceClass;
import io.corale.node.cell.StillCell;
import io.corale.scheduler.Call;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.Explained;
import io.corale.scheduler.Explanation;
import io.corale.scheduler.HoldView;
import io.corale.scheduler.InvocationView;
import io.corale.scheduler.Obstacle;
import io.corale.scheduler.TraceView;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The door has a word for all that an explanation says, and says it in its place. */
final class ExplainViewsTest {
  private static final StillCell CELL = new StillCell(List.of());
  private static final InvocationId ID = new InvocationId("i-1");

  @Test
  void theDoorKnowsEveryStateAndEveryChange() {
    assertThat(names(Door.CallExplanation.State.values())).containsAll(names(Call.State.values()));
    assertThat(names(Door.Change.Kind.values())).containsAll(names(Explanation.Kind.values()));
  }

  @Test
  void thereIsNothingToSayOfAnInvocationThatIsNotThere() {
    assertThat(ExplainViews.of(CELL, ID)).isEmpty();
  }

  @Test
  void saysOfSlotsByWhatTheyAreLimited() {
    assertThat(told(new Obstacle.Full("a", 3, 1, 2)))
        .isEqualTo(slots(Door.Obstacle.Slots.By.LIMIT, 0));
    assertThat(told(new Obstacle.Ramping("a", 3, 1, 2, 7)))
        .isEqualTo(slots(Door.Obstacle.Slots.By.RAMP, 7));
    assertThat(told(new Obstacle.Learned("a", 3, 1, 2, 7)))
        .isEqualTo(slots(Door.Obstacle.Slots.By.LEARNED, 7));
  }

  @Test
  void saysOfARateWhatItIsAndWhenItOpens() {
    Limit.Rate rate = new Limit.Rate(5, Limit.Window.MINUTE);

    assertThat(told(new Obstacle.RateUsed("a", rate, 6, true, 7)))
        .isEqualTo(
            Door.Obstacle.newBuilder()
                .setScope("a")
                .setRate(
                    Door.Obstacle.Rate.newBuilder()
                        .setRate(
                            Common.Limit.Rate.newBuilder()
                                .setStarts(5)
                                .setWindow(Common.Limit.Rate.Window.MINUTE))
                        .setStarts(6)
                        .setIsAssumed(true)
                        .setOpensInMicros(7))
                .build());
  }

  @Test
  void saysOfAllElseUntilWhenItHolds() {
    assertThat(told(new Obstacle.Throttled("a", 7)))
        .isEqualTo(
            Door.Obstacle.newBuilder()
                .setScope("a")
                .setThrottled(Door.Obstacle.Throttled.newBuilder().setOpensInMicros(7))
                .build());
    assertThat(told(new Obstacle.Unseen("a", 3, 2)))
        .isEqualTo(
            Door.Obstacle.newBuilder()
                .setScope("a")
                .setUnseen(Door.Obstacle.Unseen.newBuilder().setStarts(3).setMost(2))
                .build());
    assertThat(told(new Obstacle.Paused(Optional.of(true), 7)))
        .isEqualTo(
            Door.Obstacle.newBuilder()
                .setPaused(
                    Door.Obstacle.Paused.newBuilder().setIsThrottled(true).setEndsInMicros(7))
                .build());
    assertThat(told(new Obstacle.Paused(Optional.empty(), 7)).getPaused().hasIsThrottled())
        .isFalse();
    assertThat(told(new Obstacle.Fenced(true, 7)))
        .isEqualTo(
            Door.Obstacle.newBuilder()
                .setFenced(Door.Obstacle.Fenced.newBuilder().setIsAwaited(true).setEndsInMicros(7))
                .build());
    assertThat(told(new Obstacle.Unanswered(true, 7)))
        .isEqualTo(
            Door.Obstacle.newBuilder()
                .setUnanswered(
                    Door.Obstacle.Unanswered.newBuilder().setIsTrying(true).setTriedInMicros(7))
                .build());
    assertThat(told(new Obstacle.NoSuperpeer()).hasNoSuperpeer()).isTrue();
  }

  @Test
  void saysWhoHoldsWhatSinceWhenAndWhy() {
    HoldView hold = new HoldView(new Target.OfComposition("resize"), 7, "ada", "wrong input");

    assertThat(told(new Obstacle.OnHold(hold)))
        .isEqualTo(
            Door.Obstacle.newBuilder()
                .setHeld(
                    Door.HoldReport.newBuilder()
                        .setComposition("resize")
                        .setHeldMicros(7)
                        .setHeldBy("ada")
                        .setReason("wrong input"))
                .build());
  }

  private static Door.Obstacle slots(Door.Obstacle.Slots.By by, long moreInMicros) {
    return Door.Obstacle.newBuilder()
        .setScope("a")
        .setSlots(
            Door.Obstacle.Slots.newBuilder()
                .setBy(by)
                .setTaken(3)
                .setLeased(1)
                .setMost(2)
                .setMoreInMicros(moreInMicros))
        .build();
  }

  private static Door.Obstacle told(Obstacle obstacle) {
    Explanation call =
        new Explanation(
            new CallId(ID, 1),
            0,
            Call.State.QUEUED,
            "resize",
            "",
            "/do/0",
            new AccountId("lab"),
            "a",
            OptionalLong.empty(),
            "",
            List.of(obstacle),
            Optional.empty(),
            Optional.empty(),
            List.of());
    Explained explained = new Explained(new TraceView(status(), List.of(), 0), List.of(call), 0);
    return ExplainViews.report(CELL, explained, 1).getCalls(0).getObstacles(0);
  }

  private static InvocationView status() {
    return new InvocationView(
        ID,
        new CompositionRef("resize", "1.0.0"),
        Optional.empty(),
        "me",
        ServiceClass.STANDARD,
        new TreeMap<>(),
        Optional.empty(),
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        Optional.empty(),
        0,
        List.of());
  }

  private static List<String> names(Enum<?>[] words) {
    return Arrays.stream(words).map(Enum::name).toList();
  }
}
