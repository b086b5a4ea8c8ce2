package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.wire.EntryCodec;
import io.corale.scheduler.wire.StateDigest;
import io.corale.scheduler.wire.UnknownFormat;
import io.corale.wire.Log;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Whether a payload is a text is said by how it stands in the log, not by its size: what logs of
 * older formats lead to stays as it was (rules 33 and 36).
 */
final class TextFormatTest {
  private static final Payload TEXT = TextCell.text("a");

  private static Command withInput(String id, Payload input) {
    return new Command.Submit(
        TestCell.id(id),
        TestCell.COMPOSITION,
        input,
        "ada",
        new TreeMap<>(),
        Optional.empty(),
        ServiceClass.STANDARD,
        0,
        60 * TestCell.SECOND,
        0,
        TestCell.steps(new Step.Call(0, TestCell.spec())),
        0,
        "");
  }

  private static Command remembering(String id, Payload state) {
    return TestCell.submit(
        id, TestCell.steps(new Step.Remember(0, state), new Step.Call(0, TestCell.spec())));
  }

  private static int format(TestCell cell) {
    return cell.scheduler.image().header().format();
  }

  /** The builds of the first format have let in what is larger than any is by now. */
  @Test
  void whatStandsWholeInAnOlderLogIsNoText() {
    TestCell cell = TestCell.open(2);

    Result refused = cell.apply(0, withInput("a", TEXT)).results().get(0);
    Result accepted = cell.apply(0, remembering("b", TEXT)).results().get(0);

    assertThat(((Result.Refused) refused).refusal().code()).isEqualTo(Refusal.Code.TOO_LARGE);
    assertThat(accepted).isEqualTo(new Result.Accepted());
    assertThat(format(cell)).isEqualTo(1);
    assertThat(cell.scheduler.image().branches().get(0).state()).isEqualTo(TEXT);
  }

  /** Both were taken of the build at commit 9d45e26, whose newest format is the sixth. */
  @Test
  void whatOlderBuildsMadeOfLargeValuesStaysAsItWasByteByByte() throws NoSuchAlgorithmException {
    TestCell cell = LargeLog.cell();

    byte[] snapshot = TextCell.encode(cell.scheduler.image());

    assertThat(format(cell)).isEqualTo(6);
    assertThat(snapshot).hasSize(83_325);
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(snapshot)))
        .isEqualTo("6abfb06bd4bcd7be9b107e5a9f7eed24abd8d6108f2ce36828226671c6c65f04");
    assertThat(StateDigest.of(cell.scheduler.image())).isEqualTo(0x6abfb06bd4bcd7beL);
  }

  @Test
  void whatStandsWholeInAnEntryNeedsNobodyToBringIt() {
    TextCell texts = TextCell.open();

    Result accepted = texts.cell.apply(0, remembering("a", TEXT)).results().get(0);

    assertThat(accepted).isEqualTo(new Result.Accepted());
    assertThat(texts.cell.scheduler.image().branches().get(0).state()).isEqualTo(TEXT);
    assertThat(texts.textBytes()).isEqualTo(TextCell.SIZE_BYTES);
  }

  /** One that is brought, and one that stands there: only the first is looked for. */
  @Test
  void oneCommandMayReferToOneTextAndHoldAnother() {
    TextCell texts = TextCell.open();
    Payload whole = TextCell.text("whole");
    Command mixed =
        TestCell.submit(
            "a",
            TestCell.steps(
                new Step.Remember(0, whole),
                new Step.Call(0, TextCell.call(Payload.of(TEXT.reference())))));
    assertThat(texts.cell.apply(0, mixed).results()).containsExactly(new Result.Absent());
    texts.send(TEXT);

    Applied applied = texts.cell.apply(0, mixed);

    assertThat(applied.results()).containsExactly(new Result.Accepted());
    Effect.Start start = TestCell.effects(applied, Effect.Start.class).get(0);
    assertThat(start.call().arguments().bytes()).isEqualTo(TEXT.bytes());
    assertThat(texts.cell.scheduler.image().branches().get(0).state().bytes())
        .isEqualTo(whole.bytes());
  }

  /** Nobody writes that; no command makes a replica stumble all the same. */
  @Test
  void oneCommandMayReferToWhatItHolds() {
    TextCell texts = TextCell.open();
    Payload reference = Payload.of(TEXT.reference());
    Command both =
        TestCell.submit(
            "a",
            TestCell.steps(new Step.Remember(0, TEXT), new Step.Call(0, TextCell.call(reference))));

    assertThat(texts.cell.apply(0, both).results()).containsExactly(new Result.Absent());
    texts.send(TEXT);

    assertThat(texts.cell.apply(0, both).results()).containsExactly(new Result.Accepted());
  }

  /** No superpeer of this build writes such an entry, and no older one reads it. */
  @Test
  void belowTheirFormatAllTextsAreMissing() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, TestCell.submit("b"));
    Image before = cell.scheduler.image();

    List<Result> results =
        cell.apply(
                0,
                withInput("a", TEXT).referring(),
                remembering("a", TEXT).referring(),
                TestCell.settle(TestCell.attempt("b", 1, 1), new Outcome.Success(TEXT)).referring())
            .results();

    assertThat(results).hasSize(3).containsOnly(new Result.Absent());
    Image after = cell.scheduler.image();
    assertThat(after.invocations()).isEqualTo(before.invocations());
    assertThat(after.branches()).isEqualTo(before.branches());
    assertThat(after.slots()).isEqualTo(before.slots());
    StateDigest.of(after);
  }

  @Test
  void belowTheirFormatNothingLargeIsKept() {
    TestCell cell = TestCell.open(1);
    Command.Part part = TextCell.parts(TEXT, Command.Part.MAX_BYTES, false).get(0);
    cell.apply(0, TestCell.submit("b"));

    Command settle = TestCell.settle(TestCell.attempt("b", 1, 1), new Outcome.Success(TEXT));
    Effect.Continue next = TestCell.onlyContinue(cell.apply(0, settle));
    assertThat(next.signal()).isInstanceOf(Signal.Failed.class);
    assertThat(format(cell)).isEqualTo(1);

    Result refused = cell.apply(0, part).results().get(0);
    assertThat(((Result.Refused) refused).refusal().code()).isEqualTo(Refusal.Code.UNSUPPORTED);
  }

  /** It would hold up all others. */
  @Test
  void noEntryIsWrittenWithATextInIt() {
    Entry whole = entry(TextCell.calling("a", TEXT));

    assertThat(whole.format()).isLessThan(Entry.TEXTS_FORMAT);
    assertThatThrownBy(() -> EntryCodec.encode(whole))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(TextCell.SIZE_BYTES));
  }

  @Test
  void anEntryThatRefersToATextHasTheFormatOfTexts() throws InvalidProtocolBufferException {
    Command part = TextCell.parts(TEXT, Command.Part.MAX_BYTES, true).get(0);
    for (Command command : List.of(TextCell.calling("a", TEXT).referring(), part)) {
      Log.Entry wire = Log.Entry.parseFrom(EntryCodec.encode(entry(command)));
      assertThat(wire.getVersion()).isEqualTo(Entry.TEXTS_FORMAT);
      ByteString older = wire.toBuilder().setVersion(Entry.TEXTS_FORMAT - 1).build().toByteString();

      assertThatThrownBy(() -> EntryCodec.decode(older))
          .isInstanceOf(UnknownFormat.class)
          .hasMessageContaining("format 6");
    }
  }

  private static Entry entry(Command command) {
    return new Entry(TestCell.executor(1), 0, 0, 0, true, List.of(command));
  }
}
