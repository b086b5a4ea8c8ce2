package io.corale.scheduler;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who takes part in a cell, and which format each of them reads, as far as was heard (rule 36).
 *
 * @param peers all that the group's configuration names, or is about to: voters and listeners
 * @param newest the newest format that each peer which is present can read; of others, too, it does
 *     no harm
 */
public record Readers(Set<String> peers, Map<String, Integer> newest) {
  public Readers {
    peers = Collections.unmodifiableSet(new LinkedHashSet<>(peers));
    newest = Collections.unmodifiableMap(new LinkedHashMap<>(newest));
  }

  /** Who cannot read this format, as far as is known. */
  public Set<String> behind(int format) {
    Set<String> behind = new LinkedHashSet<>(peers);
    behind.removeIf(peer -> reads(peer) >= format);
    return Collections.unmodifiableSet(behind);
  }

  /** What this peer can read for certain. */
  public int reads(String peer) {
    return newest.getOrDefault(peer, Entry.BASE_FORMAT);
  }

  /**
   * What all of them can read. Of one that is away nobody knows with which build it comes back: it
   * can read what every build can.
   */
  public int common() {
    return peers.stream().mapToInt(this::reads).min().orElse(Entry.BASE_FORMAT);
  }
}
