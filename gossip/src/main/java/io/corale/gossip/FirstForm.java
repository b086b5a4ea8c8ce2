package io.corale.gossip;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Common;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The first form of gossip, in which builds speak that know no other, for as long as there are such
 * nodes: what each node says of itself, spread until all know it.
 *
 * <p>Every record has one writer, its node, and a version that only the writer raises; of two
 * records of one node the one with the greater (boot, version) is the truth, so there is nothing to
 * merge. Nodes talk in pairs, three messages each: <em>here is what I hold</em> (digests); <em>here
 * is what you lack, and what I hold</em>; <em>here is what you lack</em>. This is the scuttlebutt
 * reconciliation of van Renesse et al. (2008) with whole records.
 *
 * <p>Sans I/O: {@link #tick}, {@link #answer} and {@link #heard} return what is to be sent. Time is
 * the caller's monotonic milliseconds. Confined to one thread at a time.
 */
final class FirstForm {
  /** The one version of messages and records that this build speaks. */
  static final int VERSION = 1;

  /** With whole records and a heartbeat a second, more nodes want the protocol that comes next. */
  static final int MAX_NODES = 512;

  /** Some thousand claims; more would not fit into one answer beside others. */
  static final int MAX_RECORD_BYTES = 128 * 1024;

  /** Half a frame of the door. */
  static final int MAX_MESSAGE_BYTES = 512 * 1024;

  /** Partners of a tick while there is news, and while there is none. */
  private static final int FAN_OUT = 3;

  private static final int QUIET_FAN_OUT = 1;

  /** How long news is told eagerly. */
  private static final long NEWS_MILLIS = 1_000;

  /** A seed is asked again now and then, so that two halves of a cluster find each other. */
  private static final long SEED_MILLIS = 5_000;

  private static final long HEARTBEAT_MILLIS = 1_000;

  /** Three heartbeats missed. */
  static final long SUSPECT_MILLIS = 3_000;

  /** Longer than an election, so that what a dead node claimed is still known while one is held. */
  static final long GONE_MILLIS = 15_000;

  /** Until then a first node waits for its seeds before it believes that it is the first. */
  private static final long ALONE_MILLIS = 3_000;

  private final Incarnation self;
  private final String cluster;
  private final List<String> seeds;
  private final RandomGenerator chance;
  private final Tally tally;
  private final OwnLives lives;
  private final Map<NodeId, Held> held = new LinkedHashMap<>();

  /** The latest life of each other node of which anybody has told, if only by a digest. */
  private final Map<NodeId, Long> boots = new LinkedHashMap<>();

  private Gossips.NodeRecord mine = Gossips.NodeRecord.getDefaultInstance();
  private long myVersion;
  private long heartbeatAt = Long.MIN_VALUE;
  private long newsAt;
  private long seedAt = Long.MIN_VALUE;
  private long startedAt = Long.MIN_VALUE;
  private boolean heardAny;

  /** A record as it came, what it says, and when its writer last raised it. */
  private record Held(
      Incarnation writer,
      long version,
      ByteString content,
      Gossips.NodeRecord record,
      long advancedAt) {
    boolean isNewerThan(Incarnation otherWriter, long otherVersion) {
      return writer.boot() != otherWriter.boot()
          ? writer.boot() > otherWriter.boot()
          : version > otherVersion;
    }
  }

  /** To be sent to the door at this address; the answer, if any, goes to {@link #heard}. */
  record Send(String address, Gossips.Message message) {}

  /**
   * @param lives what is known of former lives of this node, in whatever form it was heard
   * @param seeds addresses of doors to begin with; this node's own does no harm
   */
  FirstForm(
      Incarnation self,
      OwnLives lives,
      String cluster,
      List<String> seeds,
      RandomGenerator chance,
      Tally tally) {
    this.self = self;
    this.lives = lives;
    this.cluster = cluster;
    this.seeds = List.copyOf(seeds);
    this.chance = chance;
    this.tally = tally;
  }

  /** Replaces what this node says of itself. */
  void publish(Gossips.NodeRecord record, long nowMillis) {
    mine = record.toBuilder().setVersion(VERSION).setCluster(cluster).build();
    raise(nowMillis);
    newsAt = nowMillis;
  }

  private void raise(long nowMillis) {
    myVersion++;
    heartbeatAt = nowMillis;
    Gossips.NodeRecord record = mine.toBuilder().setHeartbeat(myVersion).build();
    held.put(self.node(), new Held(self, myVersion, record.toByteString(), record, nowMillis));
  }

  /**
   * Time has passed: what is to be sent now.
   *
   * @param stranger somebody who may not be known here, to be told as well
   */
  List<Send> tick(Optional<String> stranger, long nowMillis) {
    if (startedAt == Long.MIN_VALUE) {
      startedAt = nowMillis;
      newsAt = nowMillis;
    }
    if (heartbeatAt == Long.MIN_VALUE || nowMillis - heartbeatAt >= HEARTBEAT_MILLIS) {
      raise(nowMillis);
    }
    Gossips.Message digests = digests();
    List<Send> sends = new ArrayList<>();
    Set<String> partners = partners(nowMillis);
    stranger.ifPresent(partners::add);
    for (String address : partners) {
      sends.add(new Send(address, digests));
    }
    return sends;
  }

  /**
   * Asks a seed what it holds. Nothing is said of this life of the node, which may never begin: who
   * asks must name some node, so it names itself, in no life.
   */
  Send inquire(String seed) {
    Gossips.Message nothing =
        Gossips.Message.newBuilder()
            .setVersion(VERSION)
            .addDigests(digest(self.node().value(), 0))
            .build();
    return new Send(seed, nothing);
  }

  /** The node that inquires by this; empty where it is no inquiry. */
  static Optional<String> inquirer(Gossips.Message message) {
    boolean isInquiry =
        message.getDigestsCount() == 1 && message.getDigests(0).getNode().getBoot() == 0;
    return isInquiry ? Optional.of(message.getDigests(0).getNode().getNode()) : Optional.empty();
  }

  /** Says that there was this life of a node, and nothing that it said. */
  static Gossips.Digest digest(String node, long boot) {
    return Gossips.Digest.newBuilder()
        .setNode(Common.Incarnation.newBuilder().setNode(node).setBoot(boot))
        .build();
  }

  /** The latest life of that node which was heard of in this form; 0 where there was none. */
  long bootOf(String node) {
    try {
      return boots.getOrDefault(new NodeId(node), 0L);
    } catch (IllegalArgumentException e) {
      return 0; // A name that no node can have.
    }
  }

  private Set<String> partners(long nowMillis) {
    List<String> known = new ArrayList<>();
    for (Held one : held.values()) {
      if (!one.writer.node().equals(self.node()) && nowMillis - one.advancedAt < GONE_MILLIS) {
        known.add(one.record.getDoorAddress());
      }
    }
    int fanOut = nowMillis - newsAt < NEWS_MILLIS ? FAN_OUT : QUIET_FAN_OUT;
    Set<String> chosen = new LinkedHashSet<>();
    for (int i = 0; i < fanOut && !known.isEmpty(); i++) {
      chosen.add(known.remove(chance.nextInt(known.size())));
    }
    boolean isSeedDue = seedAt == Long.MIN_VALUE || nowMillis - seedAt >= SEED_MILLIS;
    if (!seeds.isEmpty() && (chosen.isEmpty() || isSeedDue)) {
      seedAt = nowMillis;
      chosen.add(seeds.get(chance.nextInt(seeds.size())));
    }
    chosen.remove(mine.getDoorAddress());
    return chosen;
  }

  /** What is held, and of which lives nothing but the boot is known. */
  private Gossips.Message digests() {
    Gossips.Message.Builder message = Gossips.Message.newBuilder().setVersion(VERSION);
    for (Held one : held.values()) {
      if (boots.getOrDefault(one.writer.node(), 0L) <= one.writer.boot()) {
        message.addDigests(
            Gossips.Digest.newBuilder()
                .setNode(incarnation(one.writer))
                .setRecordVersion(one.version));
      }
    }
    boots.forEach(
        (node, boot) -> {
          Held known = held.get(node);
          if (known == null || known.writer.boot() < boot) {
            message.addDigests(digest(node.value(), boot));
          }
        });
    return message.build();
  }

  /** Another node spoke; what to answer. */
  Gossips.Message answer(Gossips.Message message, long nowMillis) {
    if (message.getVersion() != VERSION) {
      return Gossips.Message.newBuilder().setVersion(VERSION).build();
    }
    take(message, nowMillis);
    Gossips.Message.Builder answer =
        message.getDigestsCount() > 0
            ? digests().toBuilder()
            : Gossips.Message.newBuilder().setVersion(VERSION);
    return answer.addAllRecords(lacking(message, nowMillis)).build();
  }

  /** A partner answered; what it lacks of ours, if anything, is to be sent to it. */
  Optional<Gossips.Message> heard(Gossips.Message message, long nowMillis) {
    if (message.getVersion() != VERSION) {
      return Optional.empty();
    }
    heardAny |= !message.getIsJoining();
    take(message, nowMillis);
    List<Gossips.Record> lacking = lacking(message, nowMillis);
    return lacking.isEmpty() || message.getDigestsCount() == 0
        ? Optional.empty()
        : Optional.of(
            Gossips.Message.newBuilder().setVersion(VERSION).addAllRecords(lacking).build());
  }

  /**
   * Our records that are newer than the digests, or missing from them, within a message. Those that
   * fell silent long ago would come to life again; only that there was such a life is remembered.
   */
  private List<Gossips.Record> lacking(Gossips.Message message, long nowMillis) {
    Map<String, Gossips.Digest> theirs = new LinkedHashMap<>();
    message.getDigestsList().forEach(d -> theirs.put(d.getNode().getNode(), d));
    List<Gossips.Record> lacking = new ArrayList<>();
    int bytes = 0;
    if (message.getDigestsCount() == 0) {
      return lacking; // It told, it did not ask.
    }
    for (Held one : held.values()) {
      if (one.writer.equals(self) && lives.other().isPresent()) {
        continue; // It would take the other life's place in the others' memory.
      }
      Gossips.Digest digest = theirs.get(one.writer.node().value());
      boolean isNews =
          silence(one, nowMillis) < GONE_MILLIS && (digest == null || isNewer(one, digest));
      bytes += isNews ? one.content.size() : 0;
      if (isNews && bytes <= MAX_MESSAGE_BYTES) {
        lacking.add(
            Gossips.Record.newBuilder()
                .setNode(incarnation(one.writer))
                .setRecordVersion(one.version)
                .setContent(one.content)
                .build());
      }
    }
    return lacking;
  }

  private long silence(Held one, long nowMillis) {
    return one.writer.equals(self) ? 0 : nowMillis - one.advancedAt;
  }

  private static boolean isNewer(Held one, Gossips.Digest digest) {
    long boot = digest.getNode().getBoot();
    return one.writer.boot() > boot
        || (one.writer.boot() == boot && one.version > digest.getRecordVersion());
  }

  private void take(Gossips.Message message, long nowMillis) {
    for (Gossips.Digest digest : message.getDigestsList()) {
      try {
        remember(new NodeId(digest.getNode().getNode()), digest.getNode().getBoot());
      } catch (IllegalArgumentException e) {
        tally.countBadRecord();
      }
    }
    for (Gossips.Record record : message.getRecordsList()) {
      try {
        take(record, nowMillis);
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        tally.countBadRecord(); // That of one node must not keep the others from being heard.
      }
    }
  }

  /** Rule 6: whoever joins later learns of it, also when all who held its record have gone. */
  private void remember(NodeId node, long boot) {
    if (node.equals(self.node())) {
      lives.heard(boot);
    } else if (boot > boots.getOrDefault(node, 0L)
        && (boots.containsKey(node) || boots.size() < MAX_NODES)) {
      boots.put(node, boot);
    }
  }

  private void take(Gossips.Record record, long nowMillis) throws InvalidProtocolBufferException {
    Incarnation writer =
        new Incarnation(new NodeId(record.getNode().getNode()), record.getNode().getBoot());
    Held known = held.get(writer.node());
    boolean isOurs = writer.node().equals(self.node());
    if (isOurs) {
      lives.heard(writer.boot());
    }
    if (isOurs || (known != null && !newer(writer, record.getRecordVersion(), known))) {
      return;
    }
    if (record.getContent().size() > MAX_RECORD_BYTES
        || (known == null && held.size() >= MAX_NODES)) {
      throw new IllegalArgumentException("too large, or too many");
    }
    Gossips.NodeRecord content = Gossips.NodeRecord.parseFrom(record.getContent());
    if (!content.getCluster().equals(cluster) || content.getDoorAddress().isEmpty()) {
      throw new IllegalArgumentException("of another cluster, or without a door");
    }
    remember(writer.node(), writer.boot());
    boolean isNews =
        known == null
            || known.writer.boot() != writer.boot()
            || !known.record.getClaimsList().equals(content.getClaimsList())
            || known.record.getLeaving() != content.getLeaving();
    held.put(
        writer.node(),
        new Held(writer, record.getRecordVersion(), record.getContent(), content, nowMillis));
    if (isNews) {
      newsAt = nowMillis;
    }
  }

  private static boolean newer(Incarnation writer, long version, Held known) {
    return !known.isNewerThan(writer, version)
        && (writer.boot() != known.writer.boot() || version != known.version);
  }

  /**
   * Whether this node has heard what others hold, or has waited long enough to believe that there
   * are none; before that it must not conclude anything from not having heard (DESIGN §6).
   */
  boolean isSynced(long nowMillis) {
    return heardAny
        || seeds.stream().allMatch(mine.getDoorAddress()::equals)
        || (startedAt != Long.MIN_VALUE && nowMillis - startedAt >= ALONE_MILLIS);
  }

  /**
   * What is believed now.
   *
   * @param isWanted of whom
   */
  FirstView view(long nowMillis, Predicate<Incarnation> isWanted) {
    List<FirstView.Heard> all = new ArrayList<>();
    for (Held one : held.values()) {
      long silence = silence(one, nowMillis);
      boolean isThere = silence < GONE_MILLIS && one.record.getVersion() == VERSION;
      if (isThere && isWanted.test(one.writer)) {
        all.add(new FirstView.Heard(one.writer, one.record, silence >= SUSPECT_MILLIS));
      }
    }
    return FirstView.of(self, all);
  }

  private static Common.Incarnation incarnation(Incarnation writer) {
    return Common.Incarnation.newBuilder()
        .setNode(writer.node().value())
        .setBoot(writer.boot())
        .build();
  }
}
