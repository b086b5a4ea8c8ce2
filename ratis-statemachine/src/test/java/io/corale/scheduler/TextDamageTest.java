package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.wire.DamagedSnapshot;
import io.corale.scheduler.wire.EntryCodec;
import io.corale.scheduler.wire.UnknownFormat;
import io.corale.wire.Log;
import io.corale.wire.Snapshots.Record;
import io.corale.wire.Snapshots.Trailer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What no build wrote is not guessed at, though its checksum is right (rule 6). */
final class TextDamageTest {
  private static final Payload LARGE = TextCell.text("large", 600 * 1_024);

  /** A snapshot with one text, in two pieces. */
  private static List<Record> snapshot() throws IOException {
    TextCell texts = TextCell.open();
    TextCell.parts(LARGE, Command.Part.MAX_BYTES, true).forEach(texts::result);
    texts.apply(0, TextCell.calling("a", LARGE));
    List<Record> records = records(TextCell.encode(texts.cell.scheduler.image()));
    assertThat(TextCell.decode(written(records)).calls()).hasSize(1);
    return records;
  }

  private static List<Record> records(byte[] snapshot) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(snapshot);
    List<Record> records = new ArrayList<>();
    while (!in.isAtEnd()) {
      records.add(Record.parseFrom(in.readByteArray()));
    }
    records.remove(records.size() - 1);
    return records;
  }

  /** With the trailer that belongs to them. */
  private static byte[] written(List<Record> records) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (Record each : records) {
      out.writeByteArrayNoTag(each.toByteArray());
    }
    out.flush();
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    Trailer trailer =
        Trailer.newBuilder().setRecords(records.size()).setCrc32C((int) crc.getValue()).build();
    out.writeByteArrayNoTag(Record.newBuilder().setTrailer(trailer).build().toByteArray());
    out.flush();
    return bytes.toByteArray();
  }

  private static int firstText(List<Record> records) {
    for (int at = 0; at < records.size(); at++) {
      if (records.get(at).hasText()) {
        return at;
      }
    }
    throw new AssertionError("there is none");
  }

  private static void requireDamage(List<Record> records, String what) {
    assertThatThrownBy(() -> TextCell.decode(written(records)))
        .isInstanceOf(DamagedSnapshot.class)
        .hasMessageContaining(what);
  }

  @Test
  void aTextWithoutItsEndIsDamage() throws IOException {
    List<Record> records = snapshot();
    records.remove(firstText(records) + 1);

    requireDamage(records, "ends after 524288 of its bytes");
  }

  @Test
  void piecesOfTwoTextsInOneRowAreDamage() throws IOException {
    List<Record> records = snapshot();
    int second = firstText(records) + 1;
    Payload.Reference other = TextCell.text("other", LARGE.sizeBytes()).reference();
    Record.Builder mixed = records.get(second).toBuilder();
    mixed.getTextBuilder().getTextBuilder().setSha256(other.sha256());
    records.set(second, mixed.build());

    requireDamage(records, "ends after 524288 of its bytes");
  }

  @Test
  void aTextThatComesTwiceIsDamage() throws IOException {
    List<Record> records = snapshot();
    int first = firstText(records);
    records.addAll(first + 2, List.copyOf(records.subList(first, first + 2)));

    requireDamage(records, "is in it twice");
  }

  @Test
  void aTextThatNoRecordHoldsIsDamage() throws IOException {
    List<Record> records = snapshot();
    Payload other = TextCell.text("other");
    Record.Builder text = records.get(firstText(records)).toBuilder();
    text.getTextBuilder()
        .setBytes(other.bytes())
        .getTextBuilder()
        .setSha256(other.reference().sha256())
        .setSizeBytes(other.sizeBytes());
    records.add(firstText(records), text.build());

    requireDamage(records, "none of its records refers to");
  }

  /** Else the texts behind it would stand one place further on. */
  @Test
  void aListInWhichATextIsMissingIsNotRead() throws IOException {
    Payload text = TextCell.text("a");
    Command spread =
        TestCell.submit(
            "a", TestCell.steps(new Step.Spread(0, Payload.NULL, List.of(text, LARGE, text), 1)));
    Entry entry = new Entry(TestCell.executor(1), 0, 0, 0, true, List.of(spread.referring()));
    Log.Entry.Builder wire = Log.Entry.parseFrom(EntryCodec.encode(entry)).toBuilder();
    Log.Spread.Builder list =
        wire.getCommandsBuilder(0)
            .getSubmitBuilder()
            .getTransitionBuilder()
            .getStepsBuilder(0)
            .getSpreadBuilder();
    list.removeItemTexts(0);
    ByteString damaged = wire.build().toByteString();

    assertThatThrownBy(() -> EntryCodec.decode(damaged))
        .isInstanceOf(UnknownFormat.class)
        .hasMessageContaining("2 texts in the place of 3 items");
  }
}
