package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.wire.DamagedSnapshot;
import io.corale.scheduler.wire.EntryCodec;
import io.corale.scheduler.wire.SettleCodec;
import io.corale.scheduler.wire.StateDigest;
import io.corale.scheduler.wire.UnknownFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Texts in logs and snapshots (rule 33). */
final class TextSnapshotTest {
  private static final Payload LARGEST = TextCell.text("largest", Payload.MAX_BYTES);
  private static final Payload SHARED = TextCell.text("shared");

  /** A cell that holds texts in every kind of record, and two that are on their way. */
  private static TextCell laden() {
    TextCell texts = TextCell.open();
    TextCell.parts(LARGEST, Command.Part.MAX_BYTES, true).forEach(texts::result);
    texts.apply(0, TextCell.calling("a", LARGEST));
    texts.applyAfterTexts(TextCell.calling("b", SHARED));
    Step[] steps = {
      new Step.Export(SHARED),
      new Step.Spread(0, SHARED, List.of(Payload.NULL, TextCell.text("item")), 1)
    };
    Transition spread = TestCell.steps(steps);
    texts.applyAfterTexts(
        TestCell.submit("c", new Transition(spread.guards(), OptionalLong.of(0), spread.steps())));
    texts.apply(0, TestCell.submit("d"));
    Payload output = TextCell.text("output");
    texts.applyAfterTexts(texts.returning("d", output, new Step.End(0, output)));
    texts.send(TextCell.text("whole"));
    texts.apply(5, TextCell.parts(TextCell.text("half"), 10_000, true).get(0));
    assertThat(texts.cell.scheduler.invariants()).isEmpty();
    return texts;
  }

  @Test
  void aSnapshotHoldsEachTextOnceAndWhatIsRestoredSharesIt() throws IOException {
    Image image = laden().cell.scheduler.image();
    byte[] bytes = TextCell.encode(image);

    Image read = TextCell.decode(bytes);
    OwnerScheduler restored = OwnerScheduler.restore(read, TextCell.capacity(1 << 30));

    long once = LARGEST.sizeBytes() + 4L * TextCell.SIZE_BYTES + 10_000;
    assertThat((long) bytes.length).isBetween(once, once + 10_000);
    assertThat(restored.invariants()).isEmpty();
    assertThat(TextCell.encode(restored.image())).isEqualTo(bytes);
    assertThat(read.uploads()).hasSize(2);
    List<Payload> held = new ArrayList<>();
    read.branches().forEach(branch -> branch.texts(held::add));
    read.calls().forEach(call -> call.texts(held::add));
    read.invocations().forEach(invocation -> invocation.texts(held::add));
    List<Payload> shared = held.stream().filter(SHARED::equals).toList();
    assertThat(shared)
        .hasSizeGreaterThan(2)
        .allSatisfy(each -> assertThat(each).isSameAs(shared.get(0)));
    assertThat(held).noneMatch(Payload::isReference);
  }

  @Test
  void whatIsRestoredGoesOnAsTheOther() throws IOException {
    TextCell texts = laden();
    OwnerScheduler restored =
        OwnerScheduler.restore(
            TextCell.decode(TextCell.encode(texts.cell.scheduler.image())),
            TextCell.capacity(1 << 30));
    Command rest = TextCell.parts(TextCell.text("half"), 10_000, true).get(1);
    Entry entry =
        new Entry(
            TestCell.executor(1),
            99,
            0,
            0,
            true,
            List.of(rest, TextCell.calling("e", TextCell.text("whole")).referring()));
    long index = texts.cell.index() + 1;

    Applied one = texts.cell.scheduler.apply(1, index, entry);
    Applied other = restored.apply(1, index, entry);

    assertThat(other).isEqualTo(one);
    assertThat(one.results()).containsExactly(new Result.Received(20_000), new Result.Accepted());
    assertThat(StateDigest.of(restored.image()))
        .isEqualTo(StateDigest.of(texts.cell.scheduler.image()));
  }

  /** Wherever a replica began, it decides as those that have seen all. */
  @Test
  void whatIsRestoredAfterAnyEntryGoesOnAsTheOther() throws IOException {
    OwnerScheduler steady = new OwnerScheduler();
    List<OwnerScheduler> restored = new ArrayList<>();
    long index = 0;
    for (Entry entry : TextLog.entries()) {
      index++;
      Applied applied = steady.apply(entry.proposer().term(), index, entry);
      long digest = StateDigest.of(steady.image());
      for (OwnerScheduler other : restored) {
        assertThat(other.apply(entry.proposer().term(), index, entry)).isEqualTo(applied);
        assertThat(StateDigest.of(other.image())).isEqualTo(digest);
      }
      restored.add(OwnerScheduler.restore(TextCell.decode(TextCell.encode(steady.image()))));
    }
    assertThat(restored).hasSizeGreaterThan(30);
    assertThat(restored).allSatisfy(each -> assertThat(each.invariants()).isEmpty());
  }

  @Test
  void aDigestDependsOnTextsAndOnWhatIsOnItsWay() {
    TextCell one = TextCell.open();
    TextCell other = TextCell.open();
    one.applyAfterTexts(TextCell.calling("a", TextCell.text("x")));
    other.applyAfterTexts(TextCell.calling("a", TextCell.text("y")));
    TextCell third = TextCell.open();
    third.applyAfterTexts(TextCell.calling("a", TextCell.text("x")));
    long digest = StateDigest.of(one.cell.scheduler.image());
    assertThat(StateDigest.of(other.cell.scheduler.image())).isNotEqualTo(digest);

    Command.Part part = TextCell.parts(TextCell.text("z"), 10_000, true).get(0);
    one.cell.apply(0, part);
    third.cell.apply(0, new Command.Tick());

    assertThat(StateDigest.of(one.cell.scheduler.image()))
        .isNotEqualTo(StateDigest.of(third.cell.scheduler.image()));
  }

  /** 128 MiB of them may wait, and replicas are compared while a cell has work to do. */
  @Test
  void aDigestDoesNotReadWhatWaitsForItsCommand() {
    TextCell texts = TextCell.open();
    texts.send(TextCell.text("whole"));
    texts.result(TextCell.parts(TextCell.text("half"), 10_000, true).get(0));
    Image image = texts.cell.scheduler.image();
    Upload whole = image.uploads().get(0);
    Upload half = image.uploads().get(1);
    ByteString others = TextCell.text("other").bytes();
    long digest = StateDigest.of(image);

    assertThat(digestWith(image, read(whole, others), half)).isEqualTo(digest);
    assertThat(digestWith(image, read(whole, others.substring(1)), half)).isNotEqualTo(digest);
    assertThat(digestWith(image, whole, read(half, others.substring(0, 10_000))))
        .isNotEqualTo(digest);
    assertThat(digestWith(image, new Upload(whole.text(), whole.received(), 1), half))
        .isNotEqualTo(digest);
  }

  private static Upload read(Upload upload, ByteString others) {
    return new Upload(upload.text(), others, upload.lastMicros());
  }

  private static long digestWith(Image image, Upload... uploads) {
    return StateDigest.of(
        new Image(
            image.header(),
            image.definitions(),
            image.accounts(),
            image.secrets(),
            image.estimates(),
            image.invocations(),
            image.branches(),
            image.calls(),
            image.slots(),
            image.schedules(),
            image.announced(),
            List.of(uploads),
            image.holds(),
            image.breakers(),
            image.incidents()));
  }

  @Test
  void aTextThatIsNotWhatItsReferenceSaysIsDamage() throws IOException {
    TextCell texts = TextCell.open();
    texts.applyAfterTexts(TextCell.calling("a", TextCell.text("a")));
    byte[] bytes = TextCell.encode(texts.cell.scheduler.image());
    assertThat(TextCell.decode(bytes).calls()).hasSize(1);
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] == 'x') {
        bytes[at] = 'y';
        break;
      }
    }

    assertThatThrownBy(() -> TextCell.decode(bytes))
        .isInstanceOf(DamagedSnapshot.class)
        .hasMessageContaining("the bytes of the text");
  }

  @Test
  void aLogRefersToTexts() {
    Payload text = TextCell.text("a");
    List<Command> commands =
        List.of(
            TextCell.calling("a", text),
            TextCell.returning("a", 1, text, new Step.Remember(0, text), new Step.Complete(text)),
            new Command.Advance(
                TestCell.id("a"),
                TestCell.steps(new Step.Spread(0, text, List.of(text, Payload.NULL, text), 2))));
    List<Command> referring = commands.stream().map(Command::referring).toList();
    Entry entry = new Entry(TestCell.executor(1), 0, 0, 0, true, referring);
    int sizeBytes = commands.stream().mapToInt(EntryCodec::sizeBytes).sum();

    ByteString bytes = EntryCodec.encode(entry);
    Entry read = EntryCodec.decode(bytes);

    assertThat(entry.format()).isEqualTo(7);
    assertThat(read.format()).isEqualTo(7);
    assertThat(bytes.size()).isLessThan(sizeBytes + 200).isLessThan(4_000);
    assertThat(read.commands()).isEqualTo(commands);
    assertThat(read.commands().stream().flatMap(each -> each.texts().stream()))
        .hasSize(3)
        .allMatch(Payload::isReference);
    assertThat(EntryCodec.encode(read)).isEqualTo(bytes);
  }

  /** Between nodes there is no table in which a reference could be looked up. */
  @Test
  void aSettlementBetweenNodesHasItsTextsInIt() {
    Command.Settle settle =
        TextCell.returning("a", 1, TextCell.text("a"), new Step.Remember(0, TextCell.text("b")));
    Command.Settle referring = (Command.Settle) settle.referring();

    Command.Settle read = SettleCodec.decode(SettleCodec.encode(settle));

    assertThat(read).isEqualTo(settle);
    assertThat(read.texts()).hasSize(2).noneMatch(Payload::isReference);
    assertThatThrownBy(() -> SettleCodec.decode(SettleCodec.encode(referring)))
        .isInstanceOf(UnknownFormat.class);
  }

  @Test
  void belowItsFormatASnapshotStaysAsItWas() throws IOException {
    TestCell cell = TestCell.open(1);
    Payload state = TextCell.text("state", 40_000);
    cell.apply(
        0,
        TestCell.submit(
            "a", TestCell.steps(new Step.Remember(0, state), new Step.Call(0, TestCell.spec()))));

    Image read = TextCell.decode(TextCell.encode(cell.scheduler.image()));

    assertThat(read.header().format()).isLessThan(7);
    assertThat(read.branches().get(0).state()).isEqualTo(state);
  }
}
