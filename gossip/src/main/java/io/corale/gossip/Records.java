package io.corale.gossip;

import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Gossips;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the records of others as they come: checks, keeps, applies and passes on what is news. One
 * that is bad is dropped and counted, and the others are heard; it never breaks what brought it.
 */
final class Records {
  /** The latest bad ones; they are dropped without another look. */
  private static final int MAX_QUARANTINED = 256;

  private record Bad(long writer, int slot, long version, long hash) {}

  private final String cluster;
  private final Incarnation self;
  private final OwnLives lives;
  private final OwnRecords own;
  private final boolean isProved;
  private final Shared shared;
  private final Directory directory;
  private final Tally tally;
  private final Watcher watcher;
  private final RecordReader reader;
  private boolean hadNews;

  /** The version by which another speaker of this life was outbid; the greatest while none was. */
  private long outbidAt = Long.MAX_VALUE;

  private final Set<Bad> quarantine = new LinkedHashSet<>();

  Records(
      GossipSetup setup,
      OwnLives lives,
      OwnRecords own,
      Shared shared,
      Directory directory,
      Tally tally) {
    this.cluster = setup.cluster();
    this.self = setup.self();
    this.watcher = setup.watcher();
    this.reader = setup.reader();
    this.isProved = setup.isProved();
    this.lives = lives;
    this.own = own;
    this.shared = shared;
    this.directory = directory;
    this.tally = tally;
  }

  /**
   * Takes an entry that came by a datagram. Where nothing proves its sender it changes no life, and
   * nobody's door either: what is asked there is believed.
   */
  void hear(Gossips.Entry entry, long now) {
    if (isProved || entry.getSlot() != 0) {
      take(entry, true, now);
    }
  }

  /**
   * Takes an entry.
   *
   * @param isTold whether it is passed on where it is news
   * @return false where it is refused, so that it is lacking here as before
   */
  private boolean take(Gossips.Entry entry, boolean isTold, long now) {
    if (entry.getWriter() == shared.talker().self()) {
      hearOfSelf(entry, now);
      return true;
    }
    if (!quarantine.isEmpty() && quarantine.contains(key(entry))) {
      return false;
    }
    try {
      Shelf.require(entry);
      Optional<Member> writer = entry.getSlot() == 0 ? writer(entry, now) : known(entry);
      if (writer.isPresent() && !writer.get().shelf().hasRoomFor(entry)) {
        tally.countNoRoom();
        return false;
      }
      if (writer.isPresent() && put(writer.get().shelf(), entry, now)) {
        hadNews = true;
        apply(writer.get(), entry, now);
        if (isTold) {
          shared.outbox().spread(entry);
        }
      }
      return shared.members().of(entry.getWriter()).isPresent();
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      tally.countBadRecord();
      quarantine(key(entry));
      return false;
    }
  }

  /** Whether it is news; a late word that is none may close a gap all the same. */
  private boolean put(Shelf shelf, Gossips.Entry entry, long now) {
    long before = shelf.complete();
    boolean isNews = shelf.put(entry, now);
    if (isNews || shelf.complete() != before) {
      shared.members().changed();
    }
    return isNews;
  }

  /** What others believe that this node has said comes back to it, as all that is told does. */
  private void hearOfSelf(Gossips.Entry entry, long now) {
    try {
      if (entry.getSlot() == 0 && isForeign(read(entry))) {
        meetTwin(entry.getVersion(), now);
      } else if (entry.getVersion() > own.version()) {
        own.sayAnew(entry.getVersion(), now);
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      tally.countBadRecord();
    }
  }

  private boolean isForeign(Gossips.NodeRecord record) {
    return record.getSpeaker() != 0 && record.getSpeaker() != own.speaker();
  }

  /**
   * Another speaker once may be a copy that was damaged on its way: it is outbid. Who then still
   * speaks above that is alive.
   */
  private void meetTwin(long version, long now) {
    if (version > outbidAt) {
      lives.twin();
      return;
    }
    own.sayAnew(Math.max(version, own.version()), now);
    outbidAt =
        Math.max(version, own.self().shelf().at(0).map(Gossips.Entry::getVersion).orElse(0L));
  }

  /** Whether entries came that were not known, since this was asked last. */
  boolean takeNews() {
    boolean had = hadNews;
    hadNews = false;
    return had;
  }

  /** Of all of it: a copy that is damaged in any field must not shut out the true one. */
  private static Bad key(Gossips.Entry entry) {
    long hash = Life.hash(entry.toByteString());
    return new Bad(entry.getWriter(), entry.getSlot(), entry.getVersion(), hash);
  }

  private void quarantine(Bad key) {
    quarantine.add(key);
    if (quarantine.size() > MAX_QUARANTINED) {
      quarantine.remove(quarantine.iterator().next());
    }
  }

  private Optional<Member> known(Gossips.Entry entry) {
    Optional<Member> known = shared.members().of(entry.getWriter());
    if (known.isEmpty()) {
      tally.countStranger();
    }
    return known;
  }

  /** The one that this record is of, which may be new here. */
  private Optional<Member> writer(Gossips.Entry entry, long now)
      throws InvalidProtocolBufferException {
    Optional<Member> sameLife = shared.members().of(entry.getWriter());
    if (sameLife.isPresent() && !isNewer(entry, sameLife.get())) {
      return Optional.empty();
    }
    Gossips.NodeRecord record = read(entry);
    if (sameLife.isPresent()) {
      return sameLife;
    }
    Incarnation incarnation =
        new Incarnation(new NodeId(record.getNode().getNode()), record.getNode().getBoot());
    if (incarnation.node().equals(self.node())) {
      lives.heard(incarnation.boot());
      return Optional.empty();
    }
    Optional<Member> known = shared.members().of(incarnation.node());
    if (known.isPresent() && known.get().incarnation().boot() > incarnation.boot()) {
      return Optional.empty();
    }
    if (known.isEmpty() && isFull(now)) {
      tally.countNoRoom();
      return Optional.empty();
    }
    known.ifPresent(former -> forget(former, now));
    return Optional.of(
        admit(new Member(incarnation, entry.getWriter(), record, shared.members().room(), now)));
  }

  private static boolean isNewer(Gossips.Entry entry, Member writer) {
    return writer.shelf().at(0).map(held -> entry.getVersion() > held.getVersion()).orElse(true);
  }

  private Gossips.NodeRecord read(Gossips.Entry entry) throws InvalidProtocolBufferException {
    Gossips.NodeRecord record = reader.read(entry.getContent());
    Incarnation node =
        new Incarnation(new NodeId(record.getNode().getNode()), record.getNode().getBoot());
    if (!record.getCluster().equals(cluster)
        || record.getDoorAddress().isEmpty()
        || Life.of(cluster, node) != entry.getWriter()
        || entry.getDeleted()) {
      throw new IllegalArgumentException("of another cluster or node, or without a door");
    }
    return record;
  }

  private boolean isFull(long now) {
    if (shared.members().isFull()) {
      collect(now);
    }
    return shared.members().isFull();
  }

  private Member admit(Member member) {
    shared.members().add(member);
    watcher.stands(member.incarnation(), Standing.ALIVE);
    return member;
  }

  private void apply(Member writer, Gossips.Entry entry, long now)
      throws InvalidProtocolBufferException {
    if (entry.getSlot() == 0) {
      writer.says(read(entry));
      shared.members().said();
      return;
    }
    try {
      directory.put(writer, entry, now);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      tally.countUnreadable(); // Builds to come may read it: so it stays, and is relayed.
    }
  }

  /** Takes a lossy value. */
  void take(Gossips.Latest latest, boolean isTold, long now) {
    if (latest.getWriter() == shared.talker().self()) {
      own.raise(Topic.of(latest), latest.getVersion());
      return;
    }
    Optional<Member> writer = shared.members().of(latest.getWriter());
    try {
      if (writer.isPresent() && !writer.get().shelf().lossy().hasRoomFor(latest)) {
        tally.countNoRoom();
        return;
      }
      if (writer.isPresent() && writer.get().shelf().lossy().put(latest, now) && isTold) {
        shared.outbox().spread(latest);
      }
    } catch (IllegalArgumentException e) {
      tally.countBadRecord();
    }
  }

  /** Takes what was missing of one writer. */
  void take(Gossips.Delta delta, boolean isTold, long now) {
    if (delta.getFrom() < 0 || delta.getUpTo() < 0) {
      tally.countBadRecord();
      return;
    }
    boolean wasKnown = shared.members().of(delta.getWriter()).isPresent();
    long upTo = delta.getUpTo();
    for (Gossips.Entry entry : delta.getEntriesList()) {
      boolean isHeld = entry.getWriter() == delta.getWriter() && take(entry, isTold, now);
      if (!isHeld) {
        upTo = Math.min(upTo, entry.getVersion() - 1); // Else nobody would ask for it again.
      }
    }
    Gossips.Delta taken = delta.toBuilder().setUpTo(Math.max(0, upTo)).build();
    shared.members().of(delta.getWriter()).ifPresent(member -> told(member, taken, wasKnown, now));
    for (Gossips.Latest latest : delta.getLatestList()) {
      if (latest.getWriter() == delta.getWriter()) {
        take(latest, isTold, now);
      }
    }
  }

  private void told(Member member, Gossips.Delta delta, boolean wasKnown, long now) {
    member.shelf().told(delta).forEach(slot -> directory.remove(member, slot));
    shared.members().changed();
    if (!wasKnown) {
      member.stand(Standing.ALIVE, delta.getStanding() >>> 2, Optional.empty(), now);
    }
  }

  private void forget(Member member, long now) {
    directory.removeAll(member);
    shared.liveness().forget(member, now);
  }

  /** Lets go of what nobody needs any more. */
  void collect(long now) {
    shared.members().forgettable(now).forEach(member -> forget(member, now));
    shared.members().all().forEach(member -> member.shelf().collect(now));
  }
}
