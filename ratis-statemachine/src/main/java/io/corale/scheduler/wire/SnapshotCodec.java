package io.corale.scheduler.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Payload;
import io.corale.model.SealedSecret;
import io.corale.scheduler.Announced;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Breaker;
import io.corale.scheduler.Call;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Incident;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Slot;
import io.corale.scheduler.Upload;
import io.corale.wire.Decode;
import io.corale.wire.Encode;
import io.corale.wire.Snapshots;
import io.corale.wire.Snapshots.Record;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Writes images as streams of records, and reads them again after checking every byte. The same
 * image always gives the same bytes.
 *
 * <p>A snapshot has the format of the newest entry that led to it, not that of the build (rule 36):
 * all that a build of format 1 would pass over has come from an entry that it refuses.
 */
public final class SnapshotCodec {
  /** The largest record of format 1 was a join of 4096 branches, each with the largest output. */
  private static final int MAX_RECORD_BYTES = 160 * 1024 * 1024;

  private SnapshotCodec() {}

  /** Writes an image; neither flushes to a disk nor closes. */
  public static void encode(Image image, OutputStream out) throws IOException {
    encode(image, image.keepsTexts() ? image.texts() : List.of(), TextRecords::write, out);
  }

  /**
   * Writes what tells an image from others: texts, also those that wait for their commands, are
   * told by their references, which depend on every byte of them.
   */
  static void encodeReferring(Image image, OutputStream out) throws IOException {
    encode(image, List.of(), TextRecords::refer, out);
  }

  private static void encode(
      Image image,
      List<Payload> texts,
      Function<Upload, List<Snapshots.Upload>> uploads,
      OutputStream out)
      throws IOException {
    UnaryOperator<Payload> standing = image.keepsTexts() ? TextRecords::referred : whole -> whole;
    CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
    Writer writer = new Writer(checked);
    writer.write(Record.newBuilder().setHeader(SnapshotRecords.write(image.header())));
    for (Image.Definition definition : image.definitions()) {
      writer.write(Record.newBuilder().setDefinition(SnapshotRecords.write(definition)));
    }
    for (Image.Configured configured : image.accounts()) {
      writer.write(Record.newBuilder().setConfigured(SnapshotRecords.write(configured)));
    }
    for (SealedSecret secret : image.secrets()) {
      writer.write(Record.newBuilder().setSecret(Encode.secret(secret)));
    }
    for (Image.Hold hold : image.holds()) {
      writer.write(Record.newBuilder().setHold(ControlCodec.write(hold)));
    }
    for (Breaker breaker : image.breakers()) {
      writer.write(Record.newBuilder().setBreaker(BreakerRecords.write(breaker)));
    }
    for (Image.Estimate estimate : image.estimates()) {
      writer.write(Record.newBuilder().setEstimate(SnapshotRecords.write(estimate)));
    }
    for (Payload text : texts) {
      for (Snapshots.Text piece : TextRecords.write(text)) {
        writer.write(Record.newBuilder().setText(piece));
      }
    }
    for (Invocation invocation : image.invocations()) {
      Invocation its =
          TextRecords.hasTexts(invocation) ? invocation.replacing(standing) : invocation;
      writer.write(Record.newBuilder().setInvocation(InvocationRecords.write(its)));
    }
    for (Branch branch : image.branches()) {
      Branch its = TextRecords.hasTexts(branch) ? branch.replacing(standing) : branch;
      writer.write(Record.newBuilder().setBranch(BranchRecords.write(its)));
    }
    for (Call call : image.calls()) {
      Call its = TextRecords.hasTexts(call) ? call.replacing(standing) : call;
      writer.write(Record.newBuilder().setCall(SnapshotRecords.write(its)));
    }
    for (Incident incident : image.incidents()) {
      Incident its = TextRecords.hasTexts(incident) ? incident.replacing(standing) : incident;
      writer.write(Record.newBuilder().setIncident(IncidentRecords.write(its)));
    }
    for (Slot slot : image.slots()) {
      writer.write(Record.newBuilder().setSlot(SnapshotRecords.write(slot)));
    }
    for (Schedule schedule : image.schedules()) {
      writer.write(Record.newBuilder().setSchedule(ScheduleCodec.write(schedule)));
    }
    for (Announced announced : image.announced()) {
      writer.write(Record.newBuilder().setAnnounced(EventRecords.write(announced)));
    }
    for (Upload upload : image.uploads()) {
      for (Snapshots.Upload piece : uploads.apply(upload)) {
        writer.write(Record.newBuilder().setUpload(piece));
      }
    }
    writer.out.flush(); // The checksum covers what left the buffer.
    writer.write(
        Record.newBuilder()
            .setTrailer(
                Snapshots.Trailer.newBuilder()
                    .setRecords(writer.records)
                    .setCrc32C((int) checked.getChecksum().getValue())));
    writer.out.flush();
  }

  private static final class Writer {
    private final CodedOutputStream out;
    private long records;

    private Writer(OutputStream out) {
      this.out = CodedOutputStream.newInstance(out);
      this.out.useDeterministicSerialization();
    }

    private void write(Record.Builder builder) throws IOException {
      Record record = builder.build();
      out.writeUInt32NoTag(record.getSerializedSize());
      record.writeTo(out);
      records++;
    }
  }

  /**
   * Reads an image. Throws {@link UnknownFormat} for what another build wrote and {@link
   * DamagedSnapshot} for what is not as it was written.
   */
  public static Image decode(InputStream in) throws IOException {
    CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
    try {
      return new Reader(checked).read();
    } catch (EOFException e) {
      throw new DamagedSnapshot("it ends in the middle of a record");
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new DamagedSnapshot("a record cannot be read: " + e.getMessage());
    }
  }

  private static final class Reader {
    private final CheckedInputStream in;
    private final List<Image.Definition> definitions = new ArrayList<>();
    private final List<Image.Configured> accounts = new ArrayList<>();
    private final List<SealedSecret> secrets = new ArrayList<>();
    private final List<Image.Estimate> estimates = new ArrayList<>();
    private final List<Invocation> invocations = new ArrayList<>();
    private final List<Branch> branches = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private final List<Schedule> schedules = new ArrayList<>();
    private final List<Announced> announced = new ArrayList<>();
    private final List<Image.Hold> holds = new ArrayList<>();
    private final List<Breaker> breakers = new ArrayList<>();
    private final List<Incident> incidents = new ArrayList<>();
    private final TextRecords texts = new TextRecords();

    private Reader(CheckedInputStream in) {
      this.in = in;
    }

    private Image read() throws IOException {
      Image.Header header = header(next());
      long records = 1;
      long crc = in.getChecksum().getValue();
      Record record = next();
      while (!record.hasTrailer()) {
        take(record);
        records++;
        crc = in.getChecksum().getValue();
        record = next();
      }
      texts.requireComplete();
      Snapshots.Trailer trailer = record.getTrailer();
      if (trailer.getRecords() != records) {
        throw new DamagedSnapshot(
            "it holds " + records + " records, " + trailer.getRecords() + " were written");
      }
      if (trailer.getCrc32C() != (int) crc) {
        throw new DamagedSnapshot("its checksum does not match");
      }
      if (in.read() >= 0) {
        throw new DamagedSnapshot("there are bytes after its end");
      }
      texts.requireHeld();
      return new Image(
          header,
          definitions,
          accounts,
          secrets,
          estimates,
          invocations,
          branches,
          calls,
          slots,
          schedules,
          announced,
          texts.uploads(),
          holds,
          breakers,
          incidents);
    }

    private static Image.Header header(Record record) throws DamagedSnapshot {
      if (!record.hasHeader()) {
        throw new DamagedSnapshot("it does not begin with a header");
      }
      int version = record.getHeader().getVersion();
      if (version < Entry.FIRST_FORMAT || version > Entry.NEWEST_FORMAT) {
        throw UnknownFormat.of("snapshot", version);
      }
      return SnapshotRecords.read(record.getHeader());
    }

    private void take(Record record) throws DamagedSnapshot {
      if (!record.hasText()) {
        texts.requireComplete();
      }
      switch (record.getWhatCase()) {
        case DEFINITION -> definitions.add(SnapshotRecords.read(record.getDefinition()));
        case CONFIGURED -> accounts.add(SnapshotRecords.read(record.getConfigured()));
        case SECRET -> secrets.add(Decode.secret(record.getSecret()));
        case HOLD -> holds.add(ControlCodec.read(record.getHold()));
        case BREAKER -> breakers.add(BreakerRecords.read(record.getBreaker()));
        case ESTIMATE -> estimates.add(SnapshotRecords.read(record.getEstimate()));
        case TEXT -> texts.take(record.getText());
        case UPLOAD -> texts.take(record.getUpload());
        case INVOCATION -> {
          Invocation its = InvocationRecords.read(record.getInvocation());
          invocations.add(TextRecords.hasTexts(its) ? its.replacing(texts::whole) : its);
        }
        case BRANCH -> {
          Branch its = BranchRecords.read(record.getBranch());
          branches.add(TextRecords.hasTexts(its) ? its.replacing(texts::whole) : its);
        }
        case CALL -> {
          Call its = SnapshotRecords.read(record.getCall());
          calls.add(TextRecords.hasTexts(its) ? its.replacing(texts::whole) : its);
        }
        case INCIDENT -> {
          Incident its = IncidentRecords.read(record.getIncident());
          incidents.add(TextRecords.hasTexts(its) ? its.replacing(texts::whole) : its);
        }
        case SLOT -> slots.add(SnapshotRecords.read(record.getSlot()));
        case SCHEDULE -> schedules.add(ScheduleCodec.read(record.getSchedule()));
        case ANNOUNCED -> announced.add(EventRecords.read(record.getAnnounced()));
        case HEADER, TRAILER -> throw new DamagedSnapshot("it has a second header");
        case WHAT_NOT_SET ->
            throw new UnknownFormat("unknown record in a snapshot: written by a newer build");
      }
    }

    private Record next() throws IOException {
      int size = length();
      if (size < 0 || size > MAX_RECORD_BYTES) {
        throw new DamagedSnapshot("a record claims " + size + " bytes");
      }
      byte[] bytes = in.readNBytes(size);
      if (bytes.length < size) {
        throw new EOFException();
      }
      return Record.parseFrom(bytes);
    }

    private int length() throws IOException {
      int length = 0;
      for (int shift = 0; shift < 32; shift += 7) {
        int next = in.read();
        if (next < 0) {
          throw new EOFException();
        }
        length |= (next & 0x7f) << shift;
        if (next < 0x80) {
          return length;
        }
      }
      throw new DamagedSnapshot("the length of a record has no end");
    }
  }
}
