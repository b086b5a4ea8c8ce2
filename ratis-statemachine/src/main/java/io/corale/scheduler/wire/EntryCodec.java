package io.corale.scheduler.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Payload;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.wire.Log;
import java.util.ArrayList;
import java.util.List;

/**
 * Translates entries of a cell's log; the version stands in every one (rule 36).
 *
 * <p>An entry has the first format in which it can be said: what a build of format 1 can carry out
 * is written so that it can read it, what it would pass over in part is refused there by its
 * version. It refers to its texts; who reads it has payloads without bytes in their place.
 */
public final class EntryCodec {
  private EntryCodec() {}

  /** The bytes of an entry in the log. */
  public static ByteString encode(Entry entry) {
    return write(entry).toByteString();
  }

  /** The same, in an array that nobody else holds. */
  public static byte[] encodeToArray(Entry entry) {
    return write(entry).toByteArray();
  }

  private static Log.Entry write(Entry entry) {
    Log.Entry.Builder wire =
        Log.Entry.newBuilder()
            .setVersion(entry.format())
            .setProposer(Words.write(entry.proposer()))
            .setSequence(entry.sequence())
            .setElapsedMicros(entry.elapsedMicros())
            .setProposerApplied(entry.proposerApplied())
            .setBoundsTail(entry.boundsTail())
            .setKeepsWaits(entry.keepsWaits());
    for (Command command : entry.commands()) {
      requireReferences(command);
      wire.addCommands(CommandCodec.write(command));
    }
    return wire.build();
  }

  /** Of that size an entry would hold up all others; whoever proposes it is to send it before. */
  private static void requireReferences(Command command) {
    for (Payload text : command.texts()) {
      if (!text.isReference()) {
        throw new IllegalArgumentException(
            "an entry refers to its texts, this has one of " + text.sizeBytes() + " bytes in it");
      }
    }
  }

  /** Throws {@link UnknownFormat} for what another build wrote, or nobody. */
  public static Entry decode(ByteString bytes) {
    try {
      return read(Log.Entry.parseFrom(bytes));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnknownFormat("not an entry of a cell's log: " + e.getMessage());
    }
  }

  private static Entry read(Log.Entry wire) {
    if (wire.getVersion() < Entry.FIRST_FORMAT || wire.getVersion() > Entry.NEWEST_FORMAT) {
      throw UnknownFormat.of("log entry", wire.getVersion());
    }
    List<Command> commands = new ArrayList<>(wire.getCommandsCount());
    for (Log.Command command : wire.getCommandsList()) {
      commands.add(CommandCodec.read(command));
    }
    Entry entry =
        new Entry(
            Words.read(wire.getProposer()),
            wire.getSequence(),
            wire.getElapsedMicros(),
            wire.getProposerApplied(),
            wire.getBoundsTail(),
            wire.getKeepsWaits(),
            commands);
    if (wire.getVersion() < Entry.TEXTS_FORMAT && entry.format() >= Entry.TEXTS_FORMAT) {
      throw new UnknownFormat(
          "a log entry of format %d has texts or their parts, which that does not know"
              .formatted(wire.getVersion()));
    }
    return entry;
  }

  /** What a command adds to its entry, within a few bytes above; for filling batches. */
  public static int sizeBytes(Command command) {
    return CommandSize.of(command);
  }
}
