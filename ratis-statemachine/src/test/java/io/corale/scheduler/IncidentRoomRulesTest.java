package io.corale.scheduler;

import static io.corale.scheduler.IncidentCell.failing;
import static io.corale.scheduler.IncidentCell.fails;
import static io.corale.scheduler.IncidentCell.giveUp;
import static io.corale.scheduler.IncidentCell.only;
import static io.corale.scheduler.IncidentCell.onlyStart;
import static io.corale.scheduler.IncidentCell.refusal;
import static io.corale.scheduler.IncidentCell.retry;
import static io.corale.scheduler.IncidentCell.submit;
import static io.corale.scheduler.IncidentCell.uncaught;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.starts;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AttemptId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.scheduler.InvocationView.Phase;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much may wait for a person, and what it takes (ADR 39). */
class IncidentRoomRulesTest {
  private final TestCell cell = IncidentCell.open(3);

  private static AttemptId begun(Applied applied) {
    return starts(applied).get(0);
  }

  @Test
  void moreThanMayWaitAreNotKept() {
    TestCell few = IncidentCell.keeping(1);
    failing(few, "a");

    Applied faulted = failing(few, "b");

    assertThat(effects(faulted, Effect.Answer.class)).hasSize(1);
    assertThat(few.scheduler.openIncidents()).isEqualTo(1);
    assertThat(few.scheduler.trace(id("b")).orElseThrow().events())
        .filteredOn(event -> event.kind() == TraceEvent.Kind.INCIDENT)
        .singleElement()
        .satisfies(event -> assertThat(event.detail()).contains("1 incidents are open"));
  }

  @Test
  void theirMemoryIsCounted() {
    TestCell other = IncidentCell.open(3);
    fails(other, begun(other.apply(0, TestCell.submit("a"))));
    failing(cell, "a");
    Incident incident = cell.scheduler.image().incidents().get(0);

    cell.apply(1, giveUp(only(cell)));
    Applied faulted = cell.apply(1, uncaught(IncidentCell.onlyResumed(cell)));

    assertThat(incident.sizeBytes()).isGreaterThan(400);
    assertThat(effects(faulted, Effect.Answer.class)).hasSize(1);
    assertThat(cell.scheduler.sizeBytes() - other.scheduler.sizeBytes())
        .as("nothing is left but its trace")
        .isBetween(0L, 200L);
  }

  /** Rule 33: the record of the call is gone, and what it was called with is not. */
  @Test
  void keepsLargeInput() throws Exception {
    TextCell texts = new TextCell(cell);
    Payload large = TextCell.text("large");
    texts.send(large);
    Command submit = submit("a", new Step.Call(0, TextCell.call(large)));
    AttemptId attempt = begun(texts.apply(0, submit));
    fails(cell, attempt);

    assertThat(only(cell).arguments()).isEqualTo(large);
    Image image = cell.scheduler.image();
    assertThat(TextCell.decode(TextCell.encode(image))).isEqualTo(image);
    Applied again = cell.apply(1, retry(only(cell)));
    assertThat(effects(again, Effect.Start.class).get(0).call().arguments()).isEqualTo(large);
    cell.apply(1, settle(onlyStart(again), at(0, 2, end(0))));
    assertThat(cell.scheduler.textBytes()).isZero();
  }

  @Test
  void takesLargeInput() {
    TextCell texts = new TextCell(cell);
    Payload large = TextCell.text("large");
    failing(cell, "a");

    Applied again = texts.applyAfterTexts(retry(only(cell), large));

    assertThat(effects(again, Effect.Start.class).get(0).call().arguments()).isEqualTo(large);
  }

  private static void settled(TestCell cell, Applied begun) {
    fails(cell, begun(begun));
  }

  private static List<String> said(TestCell cell, String id) {
    return cell.scheduler.trace(id(id)).orElseThrow().events().stream()
        .filter(event -> event.kind() == TraceEvent.Kind.INCIDENT)
        .map(TraceEvent::detail)
        .toList();
  }

  /** Running work needs the last quarter, and new work a part of it. */
  @Test
  void whatWouldTakeTheLastQuarterOfTheMemoryIsNotKept() {
    TestCell small =
        IncidentCell.active(
            new TestCell(new OwnerScheduler(new Receipts.Capacity(100, 100, 8_000)))
                .opened(TestCell.account(1, 9)));
    failing(small, "a");
    assertThat(small.scheduler.openIncidents()).isEqualTo(1);
    for (int i = 0; small.scheduler.sizeBytes() < 4_500; i++) {
      small.apply(0, TestCell.submit("filler" + i));
    }

    Applied faulted = failing(small, "b");

    assertThat(effects(faulted, Effect.Answer.class)).hasSize(1);
    assertThat(said(small, "b")).singleElement().asString().contains("not kept for a person");
    assertThat(small.scheduler.openIncidents()).isEqualTo(1);
  }

  /** Rule 33: else large results of what runs had no place until a person came. */
  @Test
  void whatHoldsTheLastQuarterOfTheLargeValuesIsNotKept() {
    TestCell few = IncidentCell.active(TextCell.of(5L * TextCell.SIZE_BYTES).cell);
    TextCell texts = new TextCell(few);
    for (int i = 0; i < 3; i++) {
      Payload large = TextCell.text("large" + i);
      texts.send(large);
      Command submit = submit("i" + i, new Step.Call(0, TextCell.call(large)));
      settled(few, texts.apply(0, submit));
    }
    assertThat(few.scheduler.openIncidents()).isEqualTo(3);
    Payload last = TextCell.text("last");
    AttemptId attempt = begun(few.apply(0, submit("last", new Step.Call(0, TestCell.spec()))));
    texts.send(last);

    fails(few, attempt);

    assertThat(said(few, "last")).singleElement().asString().contains("not kept for a person");
    assertThat(few.status("last").phase()).isEqualTo(Phase.FAULTED);
  }

  /** What cannot be tried again for want of room waits on. */
  @Test
  void otherInputForWhichThereIsNoRoomLeavesItWaiting() {
    TestCell small =
        IncidentCell.active(
            new TestCell(new OwnerScheduler(new Receipts.Capacity(100, 100, 20_000)))
                .opened(TestCell.account(1, 9)));
    failing(small, "a");
    Payload large = Payload.ofJson("\"" + "x".repeat(20_000) + "\"");

    Applied refused = small.apply(1, retry(only(small), large));

    assertThat(refusal(refused)).isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(small.scheduler.openIncidents()).isEqualTo(1);
    assertThat(starts(small.apply(1, retry(only(small))))).hasSize(1);
  }
}
