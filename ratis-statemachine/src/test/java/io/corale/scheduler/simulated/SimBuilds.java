package io.corale.scheduler.simulated;

import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Readers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Which build each peer runs, and what it hears of the others': in some seeds some begin with an
 * older one, and come back with the newest some time. What is heard is late, or lost, and was true
 * when it was said. Watches that nothing is written which a peer cannot read (rule 36).
 */
final class SimBuilds {
  /** In one seed of so many there are older builds. */
  private static final int MIXED_IN = 4;

  private static final int EARLIEST_UPGRADE_MILLIS = 2_000;
  private static final int UPGRADES_WITHIN_MILLIS = 18_000;
  private static final int MOST_AWAY_MILLIS = 1_500;

  private static final Duration TELL_EVERY = Duration.ofSeconds(1);
  private static final int MOST_LATE_MILLIS = 1_500;

  private final SimCell cell;
  private final RandomGenerator chance;
  private final boolean isMixed;
  private final List<Integer> newest = new ArrayList<>();

  /** The index at which the newest format was activated; 0 before. */
  private long activatedAt;

  SimBuilds(SimCell cell, int peers) {
    this.cell = cell;
    this.chance = cell.chance().of("builds");
    this.isMixed = cell.isHostile() && chance.nextInt(MIXED_IN) == 0;
    int surelyOld = chance.nextInt(peers);
    for (int i = 0; i < peers; i++) {
      boolean isOld = isMixed && (i == surelyOld || chance.nextBoolean());
      newest.add(isOld ? anOlder() : Entry.NEWEST_FORMAT);
    }
  }

  private int anOlder() {
    return Entry.BASE_FORMAT + chance.nextInt(Entry.NEWEST_FORMAT - Entry.BASE_FORMAT);
  }

  /** The newest format that the build of a peer reads and writes. */
  int newest(int peer) {
    return newest.get(peer);
  }

  /** What a process hears before it begins: the first ones know each other since before. */
  Map<Integer, Integer> knownAtFirst(int peer, boolean isFirstLife) {
    Map<Integer, Integer> known = new LinkedHashMap<>();
    for (int other = 0; other < newest.size(); other++) {
      if (other == peer || isFirstLife) {
        known.put(other, newest.get(other));
      }
    }
    return known;
  }

  /** What a peer makes of what it has heard. */
  Readers readers(int peer, Map<Integer, Integer> known) {
    Set<String> peers = new LinkedHashSet<>();
    Map<String, Integer> heard = new LinkedHashMap<>();
    for (int other = 0; other < newest.size(); other++) {
      peers.add("n" + other);
    }
    known.forEach((other, format) -> heard.put("n" + other, format));
    return cell.saboteur().heard(new Readers(peers, heard), newest.get(peer));
  }

  /** Peers begin to tell each other, and some will come back with the newest build. */
  void plan(List<SimPeer> peers) {
    tellLater(peers);
    for (int i = 0; i < newest.size(); i++) {
      if (newest.get(i) < Entry.NEWEST_FORMAT) {
        upgradeLater(i);
      }
    }
  }

  private void upgradeLater(int peer) {
    int millis = EARLIEST_UPGRADE_MILLIS + chance.nextInt(UPGRADES_WITHIN_MILLIS);
    int awayMillis = chance.nextInt(MOST_AWAY_MILLIS);
    cell.time()
        .after(
            Duration.ofMillis(millis),
            () -> {
              newest.set(peer, Entry.NEWEST_FORMAT);
              cell.trace().note("n" + peer + " is upgraded");
              cell.log().crash(peer);
            });
    cell.time().after(Duration.ofMillis(millis + awayMillis), () -> cell.log().restart(peer));
  }

  private void tellLater(List<SimPeer> peers) {
    cell.time()
        .after(
            TELL_EVERY,
            () -> {
              for (int from = 0; from < peers.size(); from++) {
                if (cell.log().isUp(from)) {
                  tell(from, peers);
                }
              }
              tellLater(peers);
            });
  }

  private void tell(int from, List<SimPeer> peers) {
    int said = newest.get(from);
    for (int i = 0; i < peers.size(); i++) {
      int to = i;
      int lateMillis = chance.nextInt(MOST_LATE_MILLIS);
      if (chance.nextInt(3) > 0) {
        cell.time()
            .after(
                Duration.ofMillis(lateMillis),
                () -> {
                  if (cell.log().isUp(to)) {
                    peers.get(to).hears(from, said);
                  }
                });
      }
    }
  }

  /** A peer is about to apply an entry to this state. */
  void applies(int peer, Entry entry, OwnerScheduler before) {
    if (!isMixed) {
      return;
    }
    cell.judge()
        .require(
            Check.FORMATS,
            entry.format() <= newest.get(peer),
            () -> "n" + peer + " reads " + newest.get(peer) + ", and has got " + entry);
    boolean activates =
        entry.commands().stream().anyMatch(Command.ActivateVersion.class::isInstance);
    cell.judge()
        .require(
            Check.FORMATS,
            activates || entry.format() <= before.activeFormat(),
            () -> "format " + before.activeFormat() + " is active, and there is " + entry);
    boolean takesOver = entry.commands().stream().anyMatch(Command.TakeOver.class::isInstance);
    boolean knows = activatedAt > 0 && entry.proposerApplied() >= activatedAt && !takesOver;
    cell.judge()
        .require(
            Check.FORMATS,
            !knows || entry.keepsWaits(),
            () -> "active since " + activatedAt + ", and not made use of in " + entry);
  }

  /** An entry was applied; says whether it has activated the newest format, for the first time. */
  boolean hasActivated(long index, OwnerScheduler after) {
    boolean isNews = activatedAt == 0 && after.activeFormat() == Entry.NEWEST_FORMAT;
    activatedAt = isNews ? index : activatedAt;
    return isNews;
  }

  /** A peer begins from this snapshot. */
  void restores(int peer, int format) {
    if (isMixed) {
      cell.judge()
          .require(
              Check.FORMATS,
              format <= newest.get(peer),
              () -> "n" + peer + " reads " + newest.get(peer) + ", its snapshot is of " + format);
    }
  }
}
