package io.corale.gossip;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.sim.Chance;
import io.corale.sim.VirtualTime;
import io.corale.wire.Common;
import io.corale.wire.Gossips;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Many nodes on virtual time, each with the core that is shipped, and a network of moods. */
final class World {
  static final String CLUSTER = "sim";
  private static final int MOST_SEEDS = 3;

  /** Headers of IPv6 and UDP, and what seals a datagram of a node with a short name. */
  private static final int OVERHEAD_BYTES = 48 + 38 + 3;

  private static final double DRIFT = 0.001;

  final VirtualTime time = new VirtualTime();
  final WideNetwork network;
  final List<Peer> peers = new ArrayList<>();
  final RandomGenerator faults;
  private final Chance chance;
  private final Habits habits;
  private final boolean isProved;
  private final int seeds;
  private final RandomGenerator clocks;
  private final Map<ByteString, Gossips.NodeRecord> read = new LinkedHashMap<>();
  private long traceHash;
  private long deaths;
  private long obituaries;
  private Predicate<Death> counted = death -> true;

  /** One node believes another one dead which is up. */
  record Death(Peer believer, Peer victim) {}

  World(long seed, int size, int capacity, Habits habits) {
    this(seed, size, capacity, habits, true);
  }

  World(long seed, int size, int capacity, Habits habits, boolean isProved) {
    this(seed, size, capacity, habits, isProved, MOST_SEEDS);
  }

  /**
   * @param isProved whether datagrams are sealed; if not, anybody may say anything in them
   * @param seeds with so many of the first ones all of them begin
   */
  World(long seed, int size, int capacity, Habits habits, boolean isProved, int seeds) {
    this.isProved = isProved;
    this.seeds = seeds;
    this.chance = new Chance(seed);
    this.habits = habits;
    this.network = new WideNetwork(chance.of("network"), capacity);
    this.faults = chance.of("faults");
    this.clocks = chance.of("clocks");
    for (int i = 0; i < size; i++) {
      add();
    }
    time.after(Duration.ofSeconds(1), this::second);
  }

  World(long seed, int size) {
    this(seed, size, size, Habits.SHIPPED);
  }

  /** One more node, which begins at once. */
  Peer add() {
    int number = peers.size();
    Incarnation incarnation = new Incarnation(new NodeId("n" + number), 1);
    double rate = 1 + DRIFT * (2 * clocks.nextDouble() - 1);
    long offset = clocks.nextLong(1_000_000_000L);
    Peer peer = new Peer(number, incarnation, core(incarnation, List.of()), rate, offset);
    peers.add(peer);
    begin(peer);
    return peer;
  }

  private GossipCore core(Incarnation incarnation, List<Long> lives) {
    List<String> doors = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      doors.add("n" + i + ":1");
    }
    int number = Integer.parseInt(incarnation.node().value().substring(1));
    return new GossipCore(
        new GossipSetup(
            incarnation,
            lives,
            CLUSTER,
            doors,
            habits,
            chance.of("core " + incarnation),
            new MeasuredRoundTrips(),
            (who, now) -> stands(number, who, now),
            this::read,
            isProved));
  }

  /** Thousands of nodes read the same bytes. */
  private Gossips.NodeRecord read(ByteString content) throws InvalidProtocolBufferException {
    Gossips.NodeRecord known = read.get(content);
    if (known == null) {
      known = Gossips.NodeRecord.parseFrom(content);
      read.put(content, known);
    }
    return known;
  }

  private void begin(Peer peer) {
    peer.core.publish(record(peer), peer.clock(micros()));
    GossipCore core = peer.core;
    time.after(Duration.ofNanos(clocks.nextLong(100_000_000L)), () -> tick(peer, core));
  }

  /** As if all had joined long ago: each knows all, and nothing is under way. */
  void introduceAll() {
    Gossips.Exchange.Builder all = Gossips.Exchange.newBuilder();
    Gossips.Exchange nothing =
        Gossips.Exchange.newBuilder().setDigest(Gossips.Holdings.getDefaultInstance()).build();
    Common.Incarnation nobody = Common.Incarnation.newBuilder().setNode("nobody").build();
    Gossips.Talk.Builder talk =
        Gossips.Talk.newBuilder()
            .setVersion(GossipCore.VERSION)
            .setCluster(CLUSTER)
            .setFrom(nobody)
            .setIsJoining(true)
            .setExchange(nothing);
    Gossips.Talk question = talk.build();
    for (Peer peer : peers) {
      Gossips.Talk answer = peer.core.answer(question, peer.clock(micros()));
      all.addAllDeltas(answer.getExchange().getDeltasList());
    }
    Gossips.Talk answer = talk.setIsJoining(false).setExchange(all).build();
    for (Peer peer : peers) {
      for (int seed = 0; seed < seeds; seed++) {
        Output.Ask ask = new Output.Ask("n" + seed + ":1", Output.Purpose.EXCHANGE, 0, question);
        perform(peer, peer.core.heard(ask, answer, peer.clock(micros())));
      }
    }
  }

  static Gossips.NodeRecord record(Peer peer) {
    return Gossips.NodeRecord.newBuilder()
        .setDoorAddress(peer.address)
        .setRaftPeer("n" + peer.number + "_2")
        .setRaftAddress("n" + peer.number + ":2")
        .setBuild("sim")
        .build();
  }

  /** As a node says it, of any life. */
  static Gossips.NodeRecord record(Incarnation node) {
    return Gossips.NodeRecord.newBuilder()
        .setVersion(GossipCore.VERSION)
        .setCluster(CLUSTER)
        .setDoorAddress(node.node().value() + ":1")
        .setNode(Common.Incarnation.newBuilder().setNode(node.node().value()).setBoot(node.boot()))
        .build();
  }

  /** Over a stream, node {@code from} tells another one this. */
  void tell(int from, int to, Gossips.Exchange exchange) {
    Incarnation sender = peers.get(from).incarnation;
    Peer receiver = peers.get(to);
    Gossips.Talk talk =
        Gossips.Talk.newBuilder()
            .setVersion(GossipCore.VERSION)
            .setCluster(CLUSTER)
            .setFrom(
                Common.Incarnation.newBuilder()
                    .setNode(sender.node().value())
                    .setBoot(sender.boot()))
            .setExchange(exchange)
            .build();
    receiver.core.answer(talk, receiver.clock(micros()));
  }

  /** Whether all who are up know this of the leaders of these cells. */
  boolean allKnow(List<ClaimView> claims) {
    return peers.stream()
        .filter(peer -> peer.isUp)
        .allMatch(
            peer ->
                claims.stream()
                    .allMatch(
                        claim -> peer.core.beliefs().claims(claim.cell()).equals(List.of(claim))));
  }

  long micros() {
    return time.nowNanos() / 1_000;
  }

  private void tick(Peer peer, GossipCore core) {
    if (peer.core != core || !peer.isUp) {
      return;
    }
    if (peer.isPaused(micros())) {
      at(peer.pausedUntil, () -> tick(peer, core));
      return;
    }
    perform(peer, core.tick(peer.clock(micros())));
    peer.readWhatIsKept();
    long interval = Math.round(GossipCore.TICK_MICROS / peer.clockRate);
    at(micros() + interval, () -> tick(peer, core));
  }

  private void at(long micros, Runnable action) {
    time.at(micros * 1_000, action);
  }

  private void perform(Peer from, List<Output> outputs) {
    for (Output output : outputs) {
      if (output instanceof Output.Send send) {
        send(from, send);
      } else if (output instanceof Output.Ask ask) {
        ask(from, ask);
      }
    }
  }

  /** Of the node at this address; negative where nobody is: a record may say anything. */
  private int number(String address) {
    if (!address.matches("n[0-9]{1,5}:1")) {
      return -1;
    }
    int number = Integer.parseInt(address, 1, address.length() - 2, 10);
    return number < peers.size() ? number : -1;
  }

  private void send(Peer from, Output.Send send) {
    int bytes = send.datagram().getSerializedSize();
    from.sendsDatagram(bytes + OVERHEAD_BYTES);
    int to = number(send.address());
    trace(from.number, to, bytes);
    long delay = to < 0 ? -1 : network.datagramMicros(from.number, to);
    if (delay >= 0) {
      Peer receiver = peers.get(to);
      Incarnation sender = from.incarnation;
      at(micros() + delay, () -> arrive(from.address, sender, receiver, send.datagram()));
    }
  }

  private void arrive(String source, Incarnation from, Peer to, Gossips.Datagram datagram) {
    if (!to.isUp) {
      return;
    }
    if (to.isPaused(micros())) {
      to.keep(() -> perform(to, to.core.receive(source, from, datagram, to.clock(micros()))));
      return;
    }
    perform(to, to.core.receive(source, from, datagram, to.clock(micros())));
  }

  private void ask(Peer from, Output.Ask ask) {
    from.sends(ask.talk().getSerializedSize());
    GossipCore asking = from.core;
    int number = number(ask.address());
    trace(from.number, number, -1);
    long there = number < 0 ? -1 : network.streamMicros(from.number, number);
    long patience = micros() + 1_000_000;
    Runnable lost =
        () -> {
          if (from.core == asking) {
            asking.lost(ask);
          }
        };
    if (there < 0) {
      at(patience, lost);
      return;
    }
    Peer to = peers.get(number);
    at(
        micros() + there,
        () -> {
          if (!to.isUp || to.pausedUntil > patience) {
            at(patience, lost);
            return;
          }
          at(Math.max(micros(), to.pausedUntil), () -> answer(from, asking, to, ask, lost));
        });
  }

  private void answer(Peer from, GossipCore asking, Peer to, Output.Ask ask, Runnable lost) {
    if (!to.isUp) {
      at(micros(), lost);
      return;
    }
    Gossips.Talk answer = to.core.answer(ask.talk(), to.clock(micros()));
    to.sends(answer.getSerializedSize());
    long back = network.datagramMicros(to.number, from.number);
    long arrives = micros() + (back < 0 ? 200_000 : back);
    at(
        arrives,
        () -> {
          if (from.core == asking && from.isUp && !from.isPaused(micros())) {
            perform(from, asking.heard(ask, answer, from.clock(micros())));
          } else {
            lost.run();
          }
        });
  }

  private void trace(int from, int to, int what) {
    traceHash = Life.mix(traceHash + micros() + ((long) from << 40) + ((long) to << 20) + what);
  }

  private void second() {
    peers.forEach(Peer::endSecond);
    time.after(Duration.ofSeconds(1), this::second);
  }

  private void stands(int believer, Incarnation who, Standing now) {
    trace(believer, Integer.parseInt(who.node().value().substring(1)), 10_000 + now.number());
    Peer victim = peers.get(Integer.parseInt(who.node().value().substring(1)));
    boolean isUp = victim.isUp && victim.incarnation.equals(who);
    obituaries += now == Standing.DEAD ? 1 : 0;
    if (now == Standing.DEAD && isUp && counted.test(new Death(peers.get(believer), victim))) {
      deaths++;
    }
  }

  /** Which deaths are counted as false. */
  void count(Predicate<Death> deathsThat) {
    counted = deathsThat;
  }

  void run(Duration span) {
    time.run(span);
  }

  /** Runs until this is so; how long that took, or the limit. */
  Duration runUntil(Predicate<World> isSo, Duration limit) {
    long from = time.nowNanos();
    while (time.nowNanos() - from < limit.toNanos() && !isSo.test(this)) {
      time.run(Duration.ofMillis(100));
    }
    return Duration.ofNanos(time.nowNanos() - from);
  }

  void crash(int number) {
    peers.get(number).isUp = false;
  }

  /** The same node in its next life. */
  void restart(int number) {
    Peer peer = peers.get(number);
    long boot = peer.incarnation.boot();
    peer.incarnation = new Incarnation(peer.incarnation.node(), boot + 1);
    peer.core = core(peer.incarnation, List.of(boot));
    peer.isUp = true;
    begin(peer);
  }

  void leave(int number) {
    Peer peer = peers.get(number);
    perform(peer, peer.core.depart(peer.clock(micros())));
    at(micros() + 200_000, () -> peer.isUp = false);
  }

  /** A datagram of one of them comes to another one, which its core did not send. */
  void receive(int from, int to, Gossips.Datagram.Builder datagram) {
    Peer sender = peers.get(from);
    Gossips.Datagram built = datagram.setVersion(GossipCore.VERSION).build();
    arrive(sender.address, sender.incarnation, peers.get(to), built);
  }

  void pause(int number, Duration span) {
    peers.get(number).pausedUntil = micros() + span.toNanos() / 1_000;
  }

  void partition(int first) {
    BitSet members = new BitSet();
    members.set(0, first);
    network.partition(members);
  }

  void claim(int number, List<ClaimView> claims) {
    Peer peer = peers.get(number);
    peer.core.claim(claims, peer.clock(micros()));
  }

  ClaimView claim(int number, String owner, long term, boolean leads) {
    return new ClaimView(
        peers.get(number).incarnation, CellId.home(new OwnerId(owner)), 1, term, leads);
  }

  /** Whether all who are up believe exactly those who are up to be there. */
  boolean allSeeAll() {
    return seeingAll() == peers.stream().filter(peer -> peer.isUp).count();
  }

  /** How many of those who are up believe as many to be there as are up. */
  long seeingAll() {
    long up = peers.stream().filter(peer -> peer.isUp).count();
    return peers.stream().filter(p -> p.isUp && p.core.beliefs().size() == up).count();
  }

  /** Whether all who are up hold the same records. */
  boolean allHoldTheSame() {
    long summaries =
        peers.stream().filter(p -> p.isUp).map(p -> p.core.summary()).distinct().count();
    return summaries == 1;
  }

  /** The same, whatever is held of loads and places. */
  boolean allHoldTheSameRecords() {
    long summaries =
        peers.stream().filter(p -> p.isUp).map(p -> p.core.summaryOfEntries()).distinct().count();
    return summaries == 1;
  }

  List<NodeView> view(int number) {
    Peer peer = peers.get(number);
    return peer.core.beliefs().nodes(peer.clock(micros()));
  }

  /** Nodes that are up, and were believed dead, by each who believed it. */
  long falseDeaths() {
    return deaths;
  }

  /** All who were believed dead, rightly or not. */
  long obituaries() {
    return obituaries;
  }

  long sentBytes() {
    return peers.stream().mapToLong(peer -> peer.sentBytes).sum();
  }

  /** How many nodes this one believes to be there. */
  int size(int number) {
    return peers.get(number).core.beliefs().size();
  }

  /** Who leads the cell, by what those who are up believe and know of. */
  List<Incarnation> leaders(CellId cell) {
    return peers.stream()
        .filter(peer -> peer.isUp)
        .flatMap(peer -> peer.core.beliefs().leader(cell).stream())
        .map(ClaimView::node)
        .toList();
  }

  /** So many cells that this node leads, in a term that rises with the round. */
  List<ClaimView> manyClaims(int number, int cells, int round) {
    List<ClaimView> claims = new ArrayList<>();
    for (int cell = 0; cell < cells; cell++) {
      claims.add(claim(number, "owner-" + number + "-" + cell, 1 + round, true));
    }
    return claims;
  }

  void load(int number, Map<CellId, Long> pending) {
    Peer peer = peers.get(number);
    peer.core.load(pending, 10, peer.clock(micros()));
  }

  /** From now on this node runs for a moment, and then not for longer, again and again. */
  void slow(int number, Duration mostRun, Duration mostSleep) {
    Duration run = Duration.ofMillis(50 + faults.nextLong(mostRun.toMillis()));
    Duration sleep = Duration.ofMillis(500 + faults.nextLong(mostSleep.toMillis()));
    time.after(
        run,
        () -> {
          pause(number, sleep);
          time.after(sleep, () -> slow(number, mostRun, mostSleep));
        });
  }

  /** Equal for equal runs. */
  long traceHash() {
    return traceHash;
  }
}
