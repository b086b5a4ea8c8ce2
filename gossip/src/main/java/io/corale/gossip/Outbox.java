package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What is to be sent, within the budget; what goes out anyway takes rumours along.
 *
 * <p>Verdicts go before entries, entries before lossy values, which get what the others leave, and
 * a share of their own, or a network with many elections would never know how loaded anybody is.
 */
final class Outbox {
  /** With the burst at most 24 KiB in any second, and 8 KiB/s on streams: 32 KiB/s. */
  private static final long BYTES_PER_SECOND = 18 * 1_024;

  private static final long BURST_BYTES = 6 * 1_024;

  /** A lossy value is told four times: 98 of 100 nodes hear it, and the next one replaces it. */
  static final int LOSSY_TIMES = 4;

  /** At least two of the largest. */
  private static final long LOSSY_BURST_BYTES = 2_400;

  private static final int MAX_VERDICTS = 16_384;
  private static final int MAX_ENTRIES = 16_384;
  private static final int MAX_LATEST = 4_096;

  /** What stands in each besides news, and some room. */
  private static final int ENVELOPE_BYTES = 32;

  /** Of one word: what fits into a datagram of any node, however long its name. */
  private static final int MOST_BYTES =
      Shelf.MAX_CONTENT_BYTES + Shelf.FIELDS_BYTES + Rumours.FIELD_BYTES;

  private record Slot(long writer, int slot) {}

  private record Value(long writer, Topic topic) {}

  private final int payloadBytes;
  private final int overheadBytes;
  private final Rumours<Long, Gossips.Verdict> verdicts = new Rumours<>(MAX_VERDICTS, MOST_BYTES);
  private final Rumours<Slot, Gossips.Entry> entries = new Rumours<>(MAX_ENTRIES, MOST_BYTES);
  private final Rumours<Value, Gossips.Latest> latest = new Rumours<>(MAX_LATEST, MOST_BYTES);
  private final Budget budget = new Budget(BYTES_PER_SECOND, BURST_BYTES);
  private final Budget lossyShare = new Budget(LoadPace.BYTES_PER_SECOND, LOSSY_BURST_BYTES);
  private final Sent sent = new Sent();
  private List<Output> outputs = new ArrayList<>();

  Outbox(GossipSetup setup) {
    this.payloadBytes = setup.payloadBytes();
    this.overheadBytes = setup.overheadBytes();
  }

  void spread(Gossips.Verdict verdict) {
    verdicts.spread(verdict.getLife(), verdict);
  }

  void spread(Gossips.Entry entry) {
    entries.spread(new Slot(entry.getWriter(), entry.getSlot()), entry);
  }

  void spread(Gossips.Latest value) {
    latest.spread(new Value(value.getWriter(), Topic.of(value)), value);
  }

  boolean hasNews(long now) {
    return !verdicts.isEmpty()
        || !entries.isEmpty()
        || (!latest.isEmpty() && (budget.isHalfFull(now) || lossyShare.left(now) > 0));
  }

  /** How often what must arrive is told by each who hears of it, among so many nodes. */
  static int times(int nodes) {
    return 3 * (int) Math.ceil(Math.log10(nodes + 1.0));
  }

  /** Sends news, if there are any that the budget has room for. */
  void sendNews(String address, int nodes, long now) {
    Gossips.Datagram.Builder datagram = Gossips.Datagram.newBuilder();
    int room = (int) Math.min(payloadBytes - ENVELOPE_BYTES, budget.left(now));
    if (room > 0 && fill(datagram, room, nodes, now) > 0) {
      add(address, datagram);
    }
  }

  /** Sends this whatever the budget says, and news with it. */
  void send(String address, Gossips.Datagram.Builder datagram, int nodes, long now) {
    int used = ENVELOPE_BYTES + datagram.buildPartial().getSerializedSize();
    int room = (int) Math.min(payloadBytes - used, budget.left(now));
    if (room > 0) {
      fill(datagram, room, nodes, now);
    }
    add(address, datagram);
  }

  /** Sends this and nothing else. */
  void sendBare(String address, Gossips.Datagram.Builder datagram) {
    add(address, datagram);
  }

  private int fill(Gossips.Datagram.Builder datagram, int room, int nodes, long now) {
    int times = times(nodes);
    boolean isCrowded = !budget.isHalfFull(now);
    int verdictBytes = verdicts.tell(room, times, datagram::addVerdicts);
    int left = room - verdictBytes;
    int lossyBytes = 0;
    if (isCrowded) {
      lossyBytes = lossy(datagram, (int) Math.min(left, lossyShare.left(now)));
      left -= lossyBytes;
    }
    int entryBytes = entries.tell(left, times, datagram::addEntries);
    left -= entryBytes;
    if (!isCrowded) {
      lossyBytes = lossy(datagram, left);
      left -= lossyBytes;
    }
    sent.news(verdictBytes, entryBytes, lossyBytes);
    return room - left;
  }

  private int lossy(Gossips.Datagram.Builder datagram, int room) {
    int bytes = latest.tell(room, LOSSY_TIMES, datagram::addLatest);
    lossyShare.spend(bytes);
    return bytes;
  }

  /** What has gone out, and what has yet to, by class. */
  SortedMap<String, SentVolume> volumes() {
    SortedMap<String, SentVolume> all = sent.byClass();
    all.computeIfPresent("verdict", (name, volume) -> volume.with(verdicts));
    all.computeIfPresent("entry", (name, volume) -> volume.with(entries));
    all.computeIfPresent("load", (name, volume) -> volume.with(latest));
    return all;
  }

  private void add(String address, Gossips.Datagram.Builder datagram) {
    Gossips.Datagram built = datagram.setVersion(GossipCore.VERSION).build();
    int bytes = built.getSerializedSize() + overheadBytes;
    sent.datagram(built, bytes);
    budget.spend(bytes);
    outputs.add(new Output.Send(address, built));
  }

  void ask(Output.Ask ask) {
    outputs.add(ask);
  }

  List<Output> drain() {
    List<Output> drained = outputs;
    outputs = new ArrayList<>();
    return drained;
  }
}
