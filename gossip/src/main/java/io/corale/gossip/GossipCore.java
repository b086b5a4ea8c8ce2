package io.corale.gossip;

import com.google.protobuf.ByteString;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.wire.Gossips;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a node knows of the others, and says to them.
 *
 * <p>Who is alive is found out by probing (SWIM with Lifeguard). What nodes say of themselves are
 * records with one writer each, told on by whoever hears of news a limited number of times, and
 * completed by comparing digests now and then. All within a budget of 32 KiB a second.
 *
 * <p>Sans I/O: each call takes the caller's monotonic microseconds, and returns what is to be sent.
 * Confined to one thread at a time.
 */
public final class GossipCore {
  /** The one version of messages that this build speaks; 1 had heartbeats and whole records. */
  static final int VERSION = 2;

  public static final long TICK_MICROS = 100 * Micros.MILLI;

  /** So long after its first tick a node is synced, whatever others still have to tell it. */
  public static final long MOST_SYNC_MICROS = Joining.MOST_MICROS;

  /** As late as that the node itself may be what is wrong: a pause, or somebody took its CPU. */
  private static final long LATE_MICROS = 250 * Micros.MILLI;

  private static final int FAN_OUT = 3;
  private static final long COLLECT_MICROS = 60 * Micros.SECOND;

  private final GossipSetup setup;
  private final OwnLives lives;
  private final Shared shared;
  private final Directory directory;
  private final OwnRecords own;
  private final OwnLoad load;
  private final Records records;
  private final Prober prober;
  private final Favours favours;
  private final Joining joining;
  private final Conversations conversations;
  private final Tally tally = new Tally();
  private long tickedAt = Long.MIN_VALUE;
  private long collectedAt;
  private boolean hasLeft;

  public GossipCore(GossipSetup setup) {
    this.setup = setup;
    this.lives = new OwnLives(setup.self(), setup.lives());
    this.directory = new Directory(this::isGone);
    this.shared = shared(setup);
    Member self =
        new Member(
            setup.self(),
            shared.talker().self(),
            Gossips.NodeRecord.getDefaultInstance(),
            shared.members().room(),
            0);
    this.own = new OwnRecords(self, directory, shared.outbox(), setup.chance().nextLong());
    this.load = new OwnLoad(own, shared.members(), directory::size);
    this.records = new Records(setup, lives, own, shared, directory, tally);
    this.joining = new Joining(setup.seeds(), !setup.lives().isEmpty());
    AntiEntropy antiEntropy = new AntiEntropy(own, lives, shared, records, setup.chance());
    this.conversations =
        new Conversations(setup.self(), own.speaker(), lives, shared, antiEntropy, joining, tally);
    this.prober = new Prober(shared, conversations::summaryOfEntries, setup.chance());
    this.favours = new Favours(shared, prober::nextNumber);
  }

  private Shared shared(GossipSetup setup) {
    Members members = new Members(setup.chance());
    LocalHealth health = new LocalHealth(setup.habits());
    Outbox outbox = new Outbox(setup);
    Talker talker = new Talker(setup.self(), setup.cluster(), outbox);
    Watcher watcher =
        (who, now) -> {
          members.of(who.node()).ifPresent(directory::stood);
          setup.watcher().stands(who, now);
        };
    Liveness liveness =
        new Liveness(talker.self(), setup.habits(), members, health, outbox, watcher, tally);
    return new Shared(
        setup.habits(), members, health, outbox, liveness, setup.roundTrips(), talker);
  }

  private boolean isGone(Incarnation node) {
    return shared
        .members()
        .of(node.node())
        .filter(member -> member.incarnation().equals(node) && !member.standing().isPresent())
        .isPresent();
  }

  /** What is known of former lives of this node. */
  OwnLives lives() {
    return lives;
  }

  /** Replaces what this node says of itself, but for its claims. */
  public void publish(Gossips.NodeRecord record, long now) {
    joining.ownDoor(record.getDoorAddress());
    own.says(
        record.toBuilder()
            .setVersion(VERSION)
            .setCluster(setup.cluster())
            .setNode(shared.talker().talk().getFrom())
            .setSpeaker(own.speaker())
            .clearClaims()
            .clearHeartbeat()
            .build(),
        now);
  }

  /** Replaces what this node claims. */
  public void claim(List<ClaimView> claims, long now) {
    own.claims(claims, now);
  }

  /**
   * Says how much there is to do here; told when it has changed, and not more often than needed.
   */
  public void load(Map<CellId, Long> pending, int utilisationPercent, long now) {
    load.is(pending, utilisationPercent, now);
  }

  /** Says where this node is on the map of round trips. */
  public void coordinate(ByteString coordinate, long now) {
    own.latest(Topic.COORDINATE, coordinate, now);
  }

  /** Time has passed: what is to be sent now. */
  public List<Output> tick(long now) {
    notice(now);
    if (hasLeft) {
      return outputs(now);
    }
    prober.tick(now);
    favours.tick(now);
    shared.liveness().tick(now);
    conversations.tick(now);
    if (now - collectedAt >= COLLECT_MICROS) {
      collectedAt = now;
      records.collect(now);
    }
    return outputs(now);
  }

  /** Ticks that come late are a sign that answers do as well, to no fault of others. */
  private void notice(long now) {
    long late = tickedAt == Long.MIN_VALUE ? 0 : now - tickedAt - TICK_MICROS;
    tickedAt = now;
    if (late > LATE_MICROS && setup.habits().isLifeguard()) {
      tally.countLateTick();
      shared.health().worse(1 + (int) Math.min(2, late / Micros.SECOND));
      prober.extend(late, now);
      shared.liveness().extend(late);
    }
  }

  private List<Output> outputs(long now) {
    if (shared.outbox().hasNews(now)) {
      shared
          .members()
          .some(FAN_OUT, member -> member.standing().isPresent())
          .forEach(
              member ->
                  shared.outbox().sendNews(member.datagramAddress(), shared.members().size(), now));
    }
    return drain();
  }

  /** What this node says would take another life's place in the others' memory, if it has one. */
  private List<Output> drain() {
    List<Output> all = shared.outbox().drain();
    return lives.other().isPresent() ? List.of() : all;
  }

  /**
   * A datagram came.
   *
   * @param source the address that it came from
   * @param from who has sealed it
   */
  public List<Output> receive(
      String source, Incarnation from, Gossips.Datagram datagram, long now) {
    long life = Life.of(setup.cluster(), from);
    if (datagram.getVersion() != VERSION || life == shared.talker().self()) {
      tally.countBadMessage();
      return List.of();
    }
    Optional<Member> sender = shared.members().of(life);
    sender.ifPresent(member -> member.heard(now));
    datagram.getVerdictsList().forEach(verdict -> shared.liveness().hear(verdict, now));
    datagram.getEntriesList().forEach(entry -> records.hear(entry, now));
    datagram.getLatestList().forEach(latest -> records.take(latest, true, now));
    answer(new Asker(source, life, sender), datagram, now);
    noticeNews(now);
    if (shared.liveness().takeRisen()) {
      conversations.soon(now);
    }
    return drain();
  }

  private void noticeNews(long now) {
    if (records.takeNews()) {
      conversations.news(now);
    }
  }

  /** Whom a datagram came from. */
  private record Asker(String address, long life, Optional<Member> member) {}

  /** What is not meant for this node was recorded on its way to another one. */
  private void answer(Asker from, Gossips.Datagram datagram, long now) {
    int number = datagram.getNumber();
    long self = shared.talker().self();
    from.member
        .filter(member -> member.standing() == Standing.ALIVE)
        .ifPresent(member -> conversations.glimpse(member, summary(datagram), now));
    switch (datagram.getWhatCase()) {
      case PING -> {
        if (datagram.getPing().getTo() == self && !hasLeft) {
          ack(from, number, now);
        }
      }
      case ACK -> {
        boolean isOurs = datagram.getAck().getTo() == self;
        if (isOurs && !prober.acked(number, from.life, datagram.getAck(), now)) {
          favours.acked(number, from.life, now);
        }
      }
      case NACK -> {
        if (datagram.getNack().getTo() == self) {
          prober.nacked(number, from.life);
        }
      }
      case FAVOUR -> {
        if (from.member.isPresent() && datagram.getFavour().getTo() == self) {
          favours.asked(new Favours.Asker(from.address, from.life, number), datagram, now);
        }
      }
      case WHAT_NOT_SET -> {
        // News alone, or a question of builds to come.
      }
    }
  }

  private static long summary(Gossips.Datagram datagram) {
    return datagram.hasPing() ? datagram.getPing().getSummary() : datagram.getAck().getSummary();
  }

  /**
   * Who is not known here yet gets its answer, and nothing that makes it larger than what it sent.
   */
  private void ack(Asker asker, int number, long now) {
    Gossips.Datagram.Builder ack =
        Gossips.Datagram.newBuilder()
            .setNumber(number)
            .setAck(
                Gossips.Ack.newBuilder()
                    .setTo(asker.life)
                    .setCoordinate(setup.roundTrips().coordinate())
                    .setSummary(conversations.summaryOfEntries()));
    if (asker.member.isEmpty()) {
      shared.outbox().sendBare(asker.address, ack);
      return;
    }
    Member member = asker.member.get();
    if (member.standing() != Standing.ALIVE) {
      ack.addVerdicts(member.verdict(shared.talker().self()));
    }
    shared.outbox().send(asker.address, ack, shared.members().size(), now);
  }

  /** Another node asks over a stream; what to answer. */
  public Gossips.Talk answer(Gossips.Talk question, long now) {
    Gossips.Talk answer = conversations.answer(question, now);
    noticeNews(now);
    return hasLeft ? answer.toBuilder().clearAck().build() : answer;
  }

  /** The answer to what was asked. */
  public List<Output> heard(Output.Ask asked, Gossips.Talk answer, long now) {
    if (asked.purpose() == Output.Purpose.PROBE) {
      if (shared.talker().understands(answer) && answer.hasAck()) {
        prober.acked(
            asked.number(), asked.talk().getPing().getTo(), Gossips.Ack.getDefaultInstance(), now);
        conversations.acked(answer, now);
      }
    } else {
      conversations.heard(asked, answer, now);
      noticeNews(now);
    }
    return drain();
  }

  /** There was no answer. */
  public void lost(Output.Ask asked) {
    if (asked.purpose() != Output.Purpose.PROBE) {
      joining.failed(asked.address());
    }
  }

  /** Asks all seeds what they know of former lives of this node, and says nothing of this one. */
  public List<Output> inquire() {
    conversations.inquire();
    return shared.outbox().drain();
  }

  /** The last words: this life of the node is over, and nobody needs to find that out. */
  public List<Output> depart(long now) {
    hasLeft = true;
    shared.liveness().leave();
    return outputs(now);
  }

  /** A life of this node that is known to others, and not to its disk. */
  public Optional<Incarnation> otherLife() {
    return lives.other();
  }

  /** Whether another process lives the same life of this node: a copy of its disk. */
  public boolean hasTwin() {
    return lives.hasTwin();
  }

  /**
   * Whether this node has heard what others hold, or has waited long enough to believe that there
   * are none; before that it must not conclude anything from not having heard (DESIGN §6). Once it
   * has, that stays so.
   */
  public boolean isSynced(long now) {
    return joining.isDone(now);
  }

  /** The life that is known of this node; 0 where none is. */
  long bootOf(String node) {
    return conversations.bootOf(node);
  }

  /** Claims of this node beyond the bound, of which nobody hears. */
  public long untoldClaims() {
    return own.untold();
  }

  /** Something broke for a reason that nobody has thought of. */
  public void countFault() {
    tally.countFault();
  }

  /** What is believed now. */
  public Beliefs beliefs() {
    return new Beliefs(shared.members(), own, directory);
  }

  /** Another number whenever other things are believed; ages and loads aside. */
  public long generation() {
    return shared.members().changes() + own.version();
  }

  /** The same, but for claims. */
  public long standings() {
    long ownRecord = own.self().shelf().at(0).map(Gossips.Entry::getVersion).orElse(0L);
    return shared.members().standings() + ownRecord;
  }

  /** What goes out by datagrams, by class. */
  public SortedMap<String, SentVolume> sent() {
    return shared.outbox().volumes();
  }

  public Tally tally() {
    return tally;
  }

  /** How much is held of all that was said. */
  Room room() {
    return shared.members().room();
  }

  /** How much this node doubts itself, from 0 to 7. */
  public int health() {
    return shared.health().score();
  }

  /** Equal on nodes that hold the same, whatever they know of loads and places. */
  long summaryOfEntries() {
    return conversations.summaryOfEntries();
  }

  /** Equal on nodes that hold the same. */
  long summary() {
    return conversations.summary();
  }
}
