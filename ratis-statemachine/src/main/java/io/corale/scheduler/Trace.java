package io.corale.scheduler;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.corale.model.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What happened to one invocation, packed: a receipt keeps it for a day, so it must be small.
 * Immutable; the packed form stands in snapshots as it is.
 *
 * <p>The names of a call are written with its first event only and filled in when events are read.
 *
 * @param packed the kept events, one after the other
 * @param count how many these are
 * @param dropped how many were not kept
 */
public record Trace(ByteString packed, int count, long dropped) {
  /** Six steps of some two hundred tasks; more is a log, not a trace. */
  public static final int MAX_EVENTS = 1_024;

  /** Beyond those, of what people were to deal with and did: nowhere else is it on record. */
  static final int MAX_EVENTS_OF_PEOPLE = 256;

  /** A sentence. */
  static final int MAX_DETAIL_CHARS = 200;

  /** Seven numbers of at most ten bytes and five lengths. */
  private static final int FIXED_BYTES = 7 * 10 + 5 * 3;

  static final Trace EMPTY = new Trace(ByteString.EMPTY, 0, 0);

  /** This trace and one event more; the end of the invocation is always kept. */
  Trace with(TraceEvent event) {
    return keeps(event.kind())
        ? new Trace(packed.concat(pack(event)), count + 1, dropped)
        : new Trace(packed, count, dropped + 1);
  }

  private boolean keeps(TraceEvent.Kind kind) {
    return switch (kind) {
      case ENDED -> true;
      case INCIDENT, RESOLVED -> count < MAX_EVENTS + MAX_EVENTS_OF_PEOPLE;
      default -> count < MAX_EVENTS;
    };
  }

  /** This trace in one piece of memory, for the time when nothing more is added. */
  Trace compact() {
    return new Trace(ByteString.copyFrom(packed.toByteArray()), count, dropped);
  }

  int sizeBytes() {
    return packed.size();
  }

  /** The kept events in order, each with the names of its call. */
  List<TraceEvent> events() {
    List<TraceEvent> events = new ArrayList<>(count);
    Map<Long, TraceEvent> named = new LinkedHashMap<>();
    CodedInputStream in = packed.newCodedInput();
    try {
      for (int i = 0; i < count; i++) {
        TraceEvent event = unpack(in);
        if (!event.function().isEmpty()) {
          named.put(event.call(), event);
        }
        TraceEvent names = named.getOrDefault(event.call(), event);
        events.add(event.named(names));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a trace that was packed here cannot be read", e);
    }
    return events;
  }

  private static ByteString pack(TraceEvent event) {
    String detail = Problem.shortened(event.detail(), MAX_DETAIL_CHARS);
    int size = FIXED_BYTES + 3 * (names(event) + event.executor().length() + detail.length());
    byte[] bytes = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeUInt32NoTag(event.kind().code());
      out.writeUInt64NoTag(event.index());
      out.writeUInt64NoTag(event.atMicros());
      out.writeUInt64NoTag(event.call());
      out.writeUInt32NoTag(event.attempt());
      out.writeStringNoTag(event.function());
      out.writeStringNoTag(event.implementation());
      out.writeStringNoTag(event.place());
      out.writeStringNoTag(event.executor());
      out.writeStringNoTag(detail);
    } catch (IOException e) {
      throw new UncheckedIOException("an array was too small", e);
    }
    return ByteString.copyFrom(bytes, 0, out.getTotalBytesWritten());
  }

  private static int names(TraceEvent event) {
    return event.function().length() + event.implementation().length() + event.place().length();
  }

  private static TraceEvent unpack(CodedInputStream in) throws IOException {
    return new TraceEvent(
        TraceEvent.Kind.of(in.readUInt32()),
        in.readUInt64(),
        in.readUInt64(),
        in.readUInt64(),
        in.readUInt32(),
        in.readString(),
        in.readString(),
        in.readString(),
        in.readString(),
        in.readString());
  }
}
