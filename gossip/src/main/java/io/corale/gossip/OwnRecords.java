package io.corale.gossip;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.CellId;
import io.corale.wire.Gossips;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this node says of itself, each record in a slot of its own with a version that only this
 * node raises.
 */
final class OwnRecords {
  /** Whoever spoils it again and again must not make this node say everything without end. */
  private static final long ANEW_MICROS = 30 * Micros.SECOND;

  private final Member self;
  private final Directory directory;
  private final Outbox outbox;
  private final long speaker;
  private final Map<Topic, Long> raised = new LinkedHashMap<>(0);
  private final Map<CellId, Integer> slots = new LinkedHashMap<>();
  private final Deque<Integer> free = new ArrayDeque<>();
  private int nextSlot = 1;
  private long version;
  private long untold;
  private long anewAt = Long.MIN_VALUE / 2;

  /**
   * @param speaker drawn for this process
   */
  OwnRecords(Member self, Directory directory, Outbox outbox, long speaker) {
    this.self = self;
    this.speaker = speaker == 0 ? 1 : speaker;
    this.directory = directory;
    this.outbox = outbox;
  }

  Member self() {
    return self;
  }

  long version() {
    return version;
  }

  /** Tells this process from another one that says it is this life of the node. */
  long speaker() {
    return speaker;
  }

  /**
   * Others hold something of this node that it has not said: it says all of it once more, above
   * that, and after a gap, so that they ask for the whole shelf and drop the rest.
   *
   * @param above the version that they hold
   */
  void sayAnew(long above, long now) {
    boolean isPossible = above < Shelf.MAX_VERSION - 2L * Shelf.MAX_SLOTS;
    if (!isPossible || now - anewAt < ANEW_MICROS) {
      return;
    }
    anewAt = now;
    List<Gossips.Entry> living = self.shelf().living();
    version = Math.max(version, above) + 1;
    self.shelf().beginAbove(version);
    living.forEach(entry -> put(entry.getSlot(), entry.getContent(), now));
  }

  /** Others hold a lossy value of this version, which this node has not said. */
  void raise(Topic topic, long theirs) {
    boolean isOurs = topic.isKnown() && topic.part() >= 0 && topic.part() < LoadForm.PARTS;
    if (isOurs && theirs <= Shelf.MAX_VERSION / 2 && theirs > self.shelf().lossy().version(topic)) {
      raised.merge(topic, theirs, Math::max);
    }
  }

  /** Claims beyond the bound, which nobody hears of. */
  long untold() {
    return untold;
  }

  void says(Gossips.NodeRecord record, long now) {
    if (!self.shelf()
        .at(0)
        .map(Gossips.Entry::getContent)
        .equals(Optional.of(record.toByteString()))) {
      self.says(record);
      put(0, record.toByteString(), now);
    }
  }

  /** Replaces all claims; those that stayed as they were are not told again. */
  void claims(List<ClaimView> claims, long now) {
    Map<CellId, ClaimView> wanted = new LinkedHashMap<>();
    claims.stream().filter(ClaimView::leads).forEach(claim -> wanted.put(claim.cell(), claim));
    claims.forEach(claim -> wanted.putIfAbsent(claim.cell(), claim.told()));
    for (Map.Entry<CellId, Integer> each : new ArrayList<>(slots.entrySet())) {
      if (!wanted.containsKey(each.getKey())) {
        slots.remove(each.getKey());
        free.addLast(each.getValue());
        put(tombstone(each.getValue()), now);
      }
    }
    untold = 0;
    wanted.values().forEach(claim -> claim(claim, now));
  }

  private void claim(ClaimView claim, long now) {
    Integer slot = slots.get(claim.cell());
    if (slot == null && free.isEmpty() && nextSlot >= Shelf.MAX_SLOTS) {
      if (!claim.leads() || !freeOfFollower()) {
        untold++;
        return;
      }
    }
    if (slot == null) {
      slot = free.isEmpty() ? nextSlot++ : free.removeFirst();
      slots.put(claim.cell(), slot);
    }
    Optional<Claimed> before = Optional.ofNullable(self.claims().get(slot));
    if (before.map(Claimed::view).filter(claim::equals).isPresent()) {
      return;
    }
    Gossips.Claim said =
        Gossips.Claim.newBuilder()
            .setOwner(claim.cell().owner().value())
            .setCell(claim.cell().number())
            .setEpoch(claim.epoch())
            .setTerm(claim.term())
            .setConfiguration(claim.configuration())
            .setLeads(claim.leads())
            .setLedSince(before.filter(one -> one.goesOn(claim)).map(Claimed::ledSince).orElse(0L))
            .build();
    put(slot, said.toByteString(), now);
  }

  /** Who leads must be found; who follows is one of several. */
  private boolean freeOfFollower() {
    Optional<ClaimView> follower =
        self.claims().values().stream().map(Claimed::view).filter(one -> !one.leads()).findFirst();
    follower.ifPresent(
        one -> Optional.ofNullable(slots.remove(one.cell())).ifPresent(free::addLast));
    return !free.isEmpty();
  }

  private void put(int slot, ByteString content, long now) {
    put(Gossips.Entry.newBuilder().setSlot(slot).setContent(content), now);
  }

  private static Gossips.Entry.Builder tombstone(int slot) {
    return Gossips.Entry.newBuilder().setSlot(slot).setDeleted(true);
  }

  private void put(Gossips.Entry.Builder builder, long now) {
    long replaces = self.shelf().at(builder.getSlot()).map(Gossips.Entry::getVersion).orElse(0L);
    Gossips.Entry entry =
        builder.setWriter(self.life()).setVersion(++version).setReplaces(replaces).build();
    self.shelf().put(entry, now);
    if (entry.getSlot() > 0) {
      try {
        directory.put(self, entry, now);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("a claim of our own cannot be read", e);
      }
    }
    outbox.spread(entry);
  }

  /** A lossy value of this node. */
  void latest(Topic topic, ByteString content, long now) {
    long before = self.shelf().lossy().version(topic);
    Gossips.Latest latest =
        Gossips.Latest.newBuilder()
            .setWriter(self.life())
            .setKind(topic.kind())
            .setPart(topic.part())
            .setVersion(Math.max(before, raised.getOrDefault(topic, 0L)) + 1)
            .setContent(content)
            .build();
    self.shelf().lossy().put(latest, now);
    outbox.spread(latest);
  }
}
