package io.corale.scheduler;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A cell that keeps texts, with what sends them: commands only refer to theirs, as those do that
 * were read from a log.
 */
final class TextCell {
  /** Of the texts of these tests: just too large for an entry. */
  static final int SIZE_BYTES = Payload.MAX_INLINE_BYTES + 1_000;

  final TestCell cell;

  /** A cell that keeps texts by now. */
  TextCell(TestCell cell) {
    this.cell = cell;
  }

  /** One in which texts may take so much. */
  static TextCell of(long textBytes) {
    TestCell cell = new TestCell(new OwnerScheduler(capacity(textBytes)));
    cell.opened(TestCell.account(1, 10));
    cell.apply(0, new Command.ActivateVersion(Entry.TEXTS_FORMAT));
    return new TextCell(cell);
  }

  static TextCell open() {
    return of(1 << 30);
  }

  static Receipts.Capacity capacity(long textBytes) {
    return new Receipts.Capacity(100, 100, 1 << 24, textBytes);
  }

  /** A text that no other name has. */
  static Payload text(String name) {
    return text(name, SIZE_BYTES);
  }

  static Payload text(String name, int sizeBytes) {
    return Payload.ofJson("\"" + name + "x".repeat(sizeBytes - name.length() - 2) + "\"");
  }

  /** The parts of a text, of so many bytes each at most. */
  static List<Command.Part> parts(Payload text, int partBytes, boolean forNewWork) {
    List<Command.Part> parts = new ArrayList<>();
    for (int from = 0; from < text.sizeBytes(); from += partBytes) {
      ByteString bytes = text.bytes().substring(from, Math.min(from + partBytes, text.sizeBytes()));
      parts.add(new Command.Part(text.reference(), from, forNewWork, bytes));
    }
    return parts;
  }

  /** Applies a command that refers to its texts. */
  Applied apply(long elapsedMicros, Command command) {
    return cell.apply(elapsedMicros, command.referring());
  }

  Result result(Command command) {
    return apply(0, command).results().get(0);
  }

  /** Sends a whole text in one part. */
  Result send(Payload text) {
    return result(parts(text, Command.Part.MAX_BYTES, false).get(0));
  }

  Result sendForNewWork(Payload text) {
    return result(parts(text, Command.Part.MAX_BYTES, true).get(0));
  }

  /** Sends all texts of a command and applies it. */
  Applied applyAfterTexts(Command command) {
    command.texts().forEach(this::send);
    return apply(0, command);
  }

  /** What texts take, those of records and those on their way. */
  long textBytes() {
    return cell.scheduler.sizeBytes() - recordBytes();
  }

  private long recordBytes() {
    OwnerScheduler scheduler = cell.scheduler;
    Image image = scheduler.image();
    long records = image.invocations().stream().mapToLong(Invocation::sizeBytes).sum();
    records += image.branches().stream().mapToLong(Branch::sizeBytes).sum();
    records += image.calls().stream().mapToLong(Call::sizeBytes).sum();
    records += (long) Slot.FIXED_BYTES * image.slots().size();
    List<Payload> spared = new ArrayList<>();
    image.invocations().forEach(each -> each.texts(spared::add));
    image.branches().forEach(each -> each.texts(spared::add));
    image.calls().forEach(each -> each.texts(spared::add));
    return records - spared.stream().mapToLong(Texts::spared).sum();
  }

  /** The number of the last call of an invocation. */
  long lastCall(String id) {
    return cell.scheduler.image().invocations().stream()
        .filter(invocation -> invocation.id().equals(TestCell.id(id)))
        .mapToLong(invocation -> invocation.counts().lastCall())
        .findFirst()
        .orElseThrow();
  }

  static CallSpec call(Payload arguments) {
    CallSpec spec = TestCell.spec();
    return StepTexts.replaced(spec, ignored -> arguments);
  }

  static Command calling(String id, Payload arguments) {
    return TestCell.submit(id, call(arguments));
  }

  /** Its last call returns this, and then its root does that. */
  Command.Settle returning(String id, Payload result, Step... next) {
    return returning(id, lastCall(id), result, next);
  }

  static Command.Settle returning(String id, long call, Payload result, Step... next) {
    return new Command.Settle(
        TestCell.attempt(id, call, 1),
        new Outcome.Success(result),
        1,
        0,
        Optional.of(TestCell.at(0, 1, next)));
  }

  static byte[] encode(Image image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      SnapshotCodec.encode(image, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static Image decode(byte[] bytes) throws IOException {
    return SnapshotCodec.decode(new ByteArrayInputStream(bytes));
  }
}
