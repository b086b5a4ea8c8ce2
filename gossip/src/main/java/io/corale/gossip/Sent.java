package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a node has said by datagrams, by what it was about: words, and their bytes. */
public final class Sent {
  private long verdicts;
  private long verdictBytes;
  private long entries;
  private long entryBytes;
  private long lossy;
  private long lossyBytes;
  private long datagrams;
  private long bytes;

  /**
   * So much of one class.
   *
   * @param words how often something of it was told
   */
  public record Volume(long words, long bytes) {}

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
  public SortedMap<String, Volume> byClass() {
    SortedMap<String, Volume> all = new TreeMap<>();
    all.put("verdict", new Volume(verdicts, verdictBytes));
    all.put("entry", new Volume(entries, entryBytes));
    all.put("load", new Volume(lossy, lossyBytes));
    all.put("rest", new Volume(datagrams, bytes - verdictBytes - entryBytes - lossyBytes));
    return all;
  }
}
