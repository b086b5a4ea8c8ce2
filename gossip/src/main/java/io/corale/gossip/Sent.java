package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a node has said by datagrams, by what it was about. */
final class Sent {
  private long verdicts;
  private long verdictBytes;
  private long entries;
  private long entryBytes;
  private long lossy;
  private long lossyBytes;
  private long datagrams;
  private long bytes;

  /** News go into a datagram; they are counted as words when it goes out. */
  void news(int ofVerdicts, int ofEntries, int ofLossy) {
    verdictBytes += ofVerdicts;
    entryBytes += ofEntries;
    lossyBytes += ofLossy;
  }

  void datagram(Gossips.Datagram datagram, int ofAll) {
    verdicts += datagram.getVerdictsCount();
    entries += datagram.getEntriesCount();
    lossy += datagram.getLatestCount();
    datagrams++;
    bytes += ofAll;
  }

  /** By class; the rest is pings, answers, and what each datagram has around its news. */
  SortedMap<String, SentVolume> byClass() {
    SortedMap<String, SentVolume> all = new TreeMap<>();
    all.put("verdict", SentVolume.of(verdicts, verdictBytes));
    all.put("entry", SentVolume.of(entries, entryBytes));
    all.put("load", SentVolume.of(lossy, lossyBytes));
    all.put("rest", SentVolume.of(datagrams, bytes - verdictBytes - entryBytes - lossyBytes));
    return all;
  }
}
