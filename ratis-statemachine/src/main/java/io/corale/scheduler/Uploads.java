package io.corale.scheduler;

import com.google.protobuf.ByteString;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Takes the parts of texts, and keeps what they make until the entry is applied whose commands
 * refer to it (rule 33). Nothing stays for longer than that, whatever becomes of the commands: a
 * text lives on where a record holds it, and only there.
 *
 * <pre>
 * first part, if there is room --> UNDER WAY --last part--> WHOLE --the entry of its commands--> gone
 * UNDER WAY, WHOLE --no part for a minute, or a new executor--> gone
 * </pre>
 */
final class Uploads {
  /** Longer than a superpeer that lives lets a text wait between two parts, or for its command. */
  static final long PATIENCE_MICROS = 60L * 1_000_000;

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** The last of so many shares of the room is for what runs. */
  private static final int SHARES = 4;

  private final Records records;
  private final long capacityBytes;

  /** By hash, in the order of their last parts. */
  private final Map<ByteString, Upload> uploads = new LinkedHashMap<>();

  /** What commands of the entry that is being applied referred to; empty between entries. */
  private final Set<Payload.Reference> used = new LinkedHashSet<>();

  /** What they take when they are whole. */
  private long announcedBytes;

  /**
   * @param capacityBytes what texts may take, those of records and those on their way
   */
  Uploads(Records records, long capacityBytes) {
    this.records = records;
    this.capacityBytes = capacityBytes;
  }

  void restore(Upload upload) {
    put(upload);
  }

  List<Upload> image() {
    return List.copyOf(uploads.values());
  }

  Result part(Pass pass, Command.Part part) {
    if (!records.texts().areKept()) {
      return refused(Code.UNSUPPORTED, "format " + Entry.TEXTS_FORMAT + " is not active");
    }
    if (records.texts().find(part.text()).isPresent()) {
      return new Result.Received(part.text().sizeBytes());
    }
    Upload upload = uploads.get(part.text().sha256());
    if (upload == null) {
      return part.offset() == 0 ? first(pass, part) : new Result.Received(0);
    }
    if (!upload.text().equals(part.text())) {
      return refused(Code.INVALID, "the " + upload.text() + " is not the " + part.text());
    }
    return part.offset() == upload.received().size()
        ? next(upload.with(part.bytes(), pass.nowMicros()))
        : new Result.Received(upload.received().size());
  }

  /**
   * Why nothing new is taken now, also what is small: it would end with results for which what runs
   * may need the room. Empty where there is enough.
   */
  Optional<Refusal> shortage() {
    long needed = neededBytes();
    if (needed <= capacityBytes - capacityBytes / SHARES) {
      return Optional.empty();
    }
    String kept = "the cell is full: large inputs and results of " + needed + " bytes are kept, ";
    String until = "results until their callers ask no more";
    return Optional.of(Refusal.later(Code.OVERLOADED, kept + until, RETRY));
  }

  private Result first(Pass pass, Command.Part part) {
    long mostBytes = part.forNewWork() ? capacityBytes / 2 : capacityBytes;
    if (!makeRoom(part.text().sizeBytes(), mostBytes)) {
      String kept = "the cell is full: " + sizeBytes() + " bytes of large payloads are kept, ";
      String more = part.text().sizeBytes() + " more have no room";
      return new Result.Refused(Refusal.later(Code.OVERLOADED, kept + more, RETRY));
    }
    return next(new Upload(part.text(), ByteString.EMPTY, 0).with(part.bytes(), pass.nowMicros()));
  }

  /**
   * What is merely readable goes before anything has no room, in bounded steps, and only where that
   * helps.
   */
  private boolean makeRoom(int bytes, long mostBytes) {
    if (neededBytes() + bytes > mostBytes) {
      return false;
    }
    Optional<Invocation> oldest = records.oldestHistoryWithText();
    for (int left = Receipts.MOST_TRIMMED;
        left > 0 && sizeBytes() + bytes > mostBytes && oldest.isPresent();
        left--) {
      records.remove(oldest.get());
      oldest = records.oldestHistoryWithText();
    }
    return sizeBytes() + bytes <= mostBytes;
  }

  private Result next(Upload upload) {
    remove(upload.text());
    if (!upload.isWhole()) {
      put(upload);
      return new Result.Received(upload.received().size());
    }
    Upload whole = upload.inOnePiece();
    if (!whole.text().isOf(whole.received())) {
      return refused(Code.INVALID, "the parts do not make the " + whole.text());
    }
    put(whole);
    return new Result.Received(whole.received().size());
  }

  /** The command with its texts; empty where one of them is not here. */
  Optional<Command> resolved(Command command) {
    Map<Payload.Reference, Payload> found = new LinkedHashMap<>();
    for (Payload.Reference text : CommandTexts.referredToIn(command)) {
      Optional<Payload> here = find(text);
      if (here.isEmpty()) {
        return Optional.empty();
      }
      found.put(text, here.get());
    }
    return Optional.of(command.resolved(found::get));
  }

  private Optional<Payload> find(Payload.Reference reference) {
    Optional<Payload> held = records.texts().find(reference);
    return held.isPresent()
        ? held
        : Optional.ofNullable(uploads.get(reference.sha256()))
            .filter(upload -> upload.isWhole() && upload.text().equals(reference))
            .map(upload -> Payload.of(reference, upload.received()));
  }

  /** The command is applied: it waits for its texts no more, others of its entry may. */
  void used(Command command) {
    used.addAll(CommandTexts.referredToIn(command));
  }

  /** The entry is applied: nobody waits any more for what its commands have used. */
  void forgetUsed() {
    used.forEach(this::remove);
    used.clear();
  }

  /** Forgets those that nobody goes on with. */
  void sweep(long nowMicros) {
    Iterator<Upload> oldestFirst = uploads.values().iterator();
    while (oldestFirst.hasNext()) {
      Upload oldest = oldestFirst.next();
      if (oldest.lastMicros() + PATIENCE_MICROS > nowMicros) {
        return;
      }
      oldestFirst.remove();
      announcedBytes -= oldest.text().sizeBytes();
    }
  }

  /** When the first is to be forgotten, unless somebody goes on with it. */
  OptionalLong next() {
    return uploads.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(uploads.values().iterator().next().lastMicros() + PATIENCE_MICROS);
  }

  /** Who sent them is executor no more, and whoever is sends its own. */
  void forget() {
    uploads.clear();
    announcedBytes = 0;
  }

  private void put(Upload upload) {
    uploads.put(upload.text().sha256(), upload);
    announcedBytes += upload.text().sizeBytes();
  }

  private void remove(Payload.Reference text) {
    Upload removed = uploads.remove(text.sha256());
    if (removed != null) {
      announcedBytes -= removed.text().sizeBytes();
    }
  }

  /** What texts take: those of records, and those on their way. */
  long sizeBytes() {
    return records.texts().sizeBytes() + announcedBytes - takenOverBytes();
  }

  /** What records hold by now of what waits for others of its entry still. */
  private long takenOverBytes() {
    long bytes = 0;
    for (Payload.Reference text : used) {
      if (uploads.containsKey(text.sha256()) && records.texts().find(text).isPresent()) {
        bytes += text.sizeBytes();
      }
    }
    return bytes;
  }

  /** The same, without those that only readable invocations hold. */
  private long neededBytes() {
    return sizeBytes() - records.texts().historyBytes();
  }

  List<String> broken() {
    List<String> broken = new ArrayList<>(records.texts().broken(records));
    long announced = uploads.values().stream().mapToLong(each -> each.text().sizeBytes()).sum();
    if (announced != announcedBytes) {
      broken.add(announced + " bytes of uploads, counted were " + announcedBytes);
    }
    long before = Long.MIN_VALUE;
    for (Upload upload : uploads.values()) {
      if (upload.lastMicros() < before) {
        broken.add("uploads are not in the order of their last parts");
      }
      before = upload.lastMicros();
    }
    return broken;
  }

  private static Result refused(Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }
}
