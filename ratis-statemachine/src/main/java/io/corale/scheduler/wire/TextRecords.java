package io.corale.scheduler.wire;

import com.google.protobuf.ByteString;
import io.corale.model.Payload;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Call;
import io.corale.scheduler.Incident;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Upload;
import io.corale.wire.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a snapshot, and those on their way into the cell, in pieces; while one is read, the
 * table in which its records find their texts, each in memory once.
 */
final class TextRecords {
  /** So that neither who writes nor who reads holds more than that of it beside the text itself. */
  private static final int MAX_PIECE_BYTES = 512 * 1024;

  private final Map<ByteString, Payload> whole = new LinkedHashMap<>();
  private final Set<ByteString> held = new LinkedHashSet<>();
  private final Map<ByteString, Upload> uploads = new LinkedHashMap<>();
  private final ByteString.Output coming = ByteString.newOutput();

  /** Of which pieces are coming. */
  private Payload.@Nullable Reference begun;

  static boolean hasTexts(Invocation invocation) {
    return hasTexts(invocation::texts);
  }

  static boolean hasTexts(Branch branch) {
    return hasTexts(branch::texts);
  }

  static boolean hasTexts(Call call) {
    return hasTexts(call::texts);
  }

  static boolean hasTexts(Incident incident) {
    return hasTexts(incident::texts);
  }

  private static boolean hasTexts(Consumer<Consumer<Payload>> holder) {
    boolean[] has = new boolean[1];
    holder.accept(text -> has[0] = true);
    return has[0];
  }

  /** A payload as it stands where it is used. */
  static Payload referred(Payload payload) {
    return payload.fitsInline() ? payload : Payload.of(payload.reference());
  }

  static List<Snapshots.Text> write(Payload text) {
    List<Snapshots.Text> pieces = new ArrayList<>();
    for (ByteString piece : pieces(text.bytes())) {
      pieces.add(
          Snapshots.Text.newBuilder()
              .setText(Words.write(text.reference()))
              .setBytes(piece)
              .build());
    }
    return pieces;
  }

  static List<Snapshots.Upload> write(Upload upload) {
    List<Snapshots.Upload> pieces = new ArrayList<>();
    for (ByteString piece : pieces(upload.received())) {
      pieces.add(
          Snapshots.Upload.newBuilder()
              .setText(Words.write(upload.text()))
              .setLastMicros(upload.lastMicros())
              .setBytes(piece)
              .build());
    }
    return pieces;
  }

  /** What tells it from others: its bytes only while these are not all that its reference tells. */
  static List<Snapshots.Upload> refer(Upload upload) {
    return upload.isWhole()
        ? List.of(
            Snapshots.Upload.newBuilder()
                .setText(Words.write(upload.text()))
                .setLastMicros(upload.lastMicros())
                .build())
        : write(upload);
  }

  private static List<ByteString> pieces(ByteString bytes) {
    List<ByteString> pieces = new ArrayList<>();
    for (int from = 0; from < bytes.size(); from += MAX_PIECE_BYTES) {
      pieces.add(bytes.substring(from, Math.min(from + MAX_PIECE_BYTES, bytes.size())));
    }
    return pieces;
  }

  void take(Snapshots.Text piece) throws DamagedSnapshot {
    Payload.Reference text = Words.read(piece.getText());
    if (whole.containsKey(text.sha256())) {
      throw new DamagedSnapshot("the " + text + " is in it twice");
    }
    if (begun != null && !begun.equals(text)) {
      throw ended(begun);
    }
    begun = text;
    requirePiece(piece.getBytes(), text, coming.size());
    appendTo(coming, piece.getBytes());
    if (coming.size() == text.sizeBytes()) {
      ByteString bytes = coming.toByteString();
      coming.reset();
      begun = null;
      requireIs(text, bytes);
      whole.put(text.sha256(), Payload.of(text, bytes));
    }
  }

  /** Another record follows; each text stands in one row. */
  void requireComplete() throws DamagedSnapshot {
    if (begun != null) {
      throw ended(begun);
    }
  }

  private DamagedSnapshot ended(Payload.Reference text) {
    return new DamagedSnapshot("the %s ends after %d of its bytes".formatted(text, coming.size()));
  }

  /** All records have come: a text that none of them holds would be lost without a word. */
  void requireHeld() throws DamagedSnapshot {
    for (Payload text : whole.values()) {
      if (!held.contains(text.reference().sha256())) {
        throw new DamagedSnapshot("none of its records refers to the " + text.reference());
      }
    }
  }

  void take(Snapshots.Upload piece) throws DamagedSnapshot {
    Payload.Reference text = Words.read(piece.getText());
    Upload before = uploads.get(text.sha256());
    ByteString received = before == null ? ByteString.EMPTY : before.received();
    requirePiece(piece.getBytes(), text, received.size());
    ByteString bytes = received.concat(piece.getBytes());
    if (bytes.size() == text.sizeBytes()) {
      requireIs(text, bytes);
    }
    uploads.put(text.sha256(), new Upload(text, bytes, piece.getLastMicros()));
  }

  private static void requirePiece(ByteString piece, Payload.Reference text, int before)
      throws DamagedSnapshot {
    if (piece.isEmpty() || piece.size() > text.sizeBytes() - before) {
      throw new DamagedSnapshot(
          "a piece of %d bytes after %d of the %s".formatted(piece.size(), before, text));
    }
  }

  private static void appendTo(ByteString.Output out, ByteString piece) {
    try {
      piece.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes every byte", e);
    }
  }

  private static void requireIs(Payload.Reference text, ByteString bytes) throws DamagedSnapshot {
    if (!text.isOf(bytes)) {
      throw new DamagedSnapshot("the bytes of the " + text + " are others");
    }
  }

  /** The payload that a record refers to. */
  Payload whole(Payload payload) {
    if (!payload.isReference()) {
      return payload;
    }
    Payload found = whole.get(payload.reference().sha256());
    if (found == null || !found.reference().equals(payload.reference())) {
      throw new IllegalArgumentException("the " + payload.reference() + " is not among its texts");
    }
    held.add(found.reference().sha256());
    return found;
  }

  List<Upload> uploads() {
    return List.copyOf(uploads.values());
  }
}
