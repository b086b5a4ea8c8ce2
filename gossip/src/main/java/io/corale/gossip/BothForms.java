package io.corale.gossip;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node that speaks both forms of gossip, so that a cluster is upgraded one node after the other:
 * it talks the {@link GossipCore second form}, and the {@link FirstForm first one} for as long as
 * there is somebody who knows no other. What it believes is the sum of both.
 *
 * <p>The two understand nothing of each other, but each sees by the version that it was the other.
 * Among nodes that all know the second form nothing is said in the first one. To go with the build
 * after the next.
 *
 * <p>As sans I/O and as confined as the core is.
 */
public final class BothForms {
  /** So long after the last word of one who knows no other form the first one is spoken. */
  private static final long SPOKEN_MICROS = 60 * Micros.SECOND;

  private static final long TICK_MICROS = 200 * Micros.MILLI;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final String cluster;
  private final GossipCore core;
  private final FirstForm first;
  private final Incarnation self;
  private Gossips.NodeRecord mine = Gossips.NodeRecord.getDefaultInstance();
  private List<ClaimView> claims = List.of();
  private boolean isSaid;
  private boolean wasSynced;
  private long heardAt = NEVER;
  private long tickedAt = NEVER;
  private int nextStranger;
  private List<NodeView> others = List.of();
  private Map<CellId, List<ClaimView>> othersClaims = Map.of();
  private final Set<CellId> changed = new LinkedHashSet<>();
  private long changes;

  public BothForms(GossipSetup setup) {
    this.cluster = setup.cluster();
    this.core = new GossipCore(setup);
    this.self = setup.self();
    this.first =
        new FirstForm(
            self, core.lives(), setup.cluster(), setup.seeds(), setup.chance(), core.tally());
  }

  /** The second form, for all that the first one has no part in. */
  public GossipCore core() {
    return core;
  }

  /** Replaces what this node says of itself, but for its claims. */
  public void publish(Gossips.NodeRecord record, long now) {
    core.publish(record, now);
    mine = record;
    isSaid = false;
  }

  /** Replaces what this node claims. */
  public void claim(List<ClaimView> own, long now) {
    core.claim(own, now);
    List<ClaimView> told = own.stream().map(ClaimView::told).toList();
    if (!told.equals(claims)) {
      claims = told;
      isSaid = false;
    }
  }

  /** Says it in the first form as well, once somebody listens. */
  private void say(long now) {
    if (!isSaid) {
      isSaid = true;
      Gossips.NodeRecord.Builder record = mine.toBuilder();
      claims.forEach(claim -> record.addClaims(claim(claim)));
      first.publish(record.build(), millis(now));
    }
  }

  private static Gossips.Claim claim(ClaimView claim) {
    return Gossips.Claim.newBuilder()
        .setOwner(claim.cell().owner().value())
        .setCell(claim.cell().number())
        .setEpoch(claim.epoch())
        .setTerm(claim.term())
        .setLeads(claim.leads())
        .build();
  }

  private static long millis(long micros) {
    return micros / Micros.MILLI;
  }

  private boolean isSpoken(long now) {
    return now - heardAt < SPOKEN_MICROS;
  }

  /** Time has passed: what is to be sent now. */
  public List<Output> tick(long now) {
    List<Output> outputs = marked(core.tick(now), now);
    if (isSpoken(now) && now - tickedAt >= TICK_MICROS) {
      tickedAt = now;
      say(now);
      for (FirstForm.Send send : first.tick(stranger(), millis(now))) {
        outputs.add(new Output.Tell(send.address(), marked(send.message(), now)));
      }
    }
    look(now);
    return outputs;
  }

  /** Those of the second form hear in this way that there is somebody of the first one. */
  private Optional<String> stranger() {
    List<String> doors = core.beliefs().doors();
    return doors.isEmpty()
        ? Optional.empty()
        : Optional.of(doors.get(Math.floorMod(nextStranger++, doors.size())));
  }

  /**
   * Says how long ago one was heard who knows no other form, so that nobody believes it for good.
   */
  private Gossips.Message marked(Gossips.Message message, long now) {
    return message.toBuilder().setFirstHeard(firstHeard(now)).setIsJoining(!isSynced(now)).build();
  }

  /** Else who joins by seeds of the second form alone would be ready before it knows the others. */
  private Gossips.Talk marked(Gossips.Talk talk, long now) {
    return isSpoken(now) ? talk.toBuilder().setFirstHeard(firstHeard(now)).build() : talk;
  }

  private List<Output> marked(List<Output> outputs, long now) {
    List<Output> all = new ArrayList<>(outputs.size());
    for (Output output : outputs) {
      all.add(
          output instanceof Output.Ask ask
              ? new Output.Ask(ask.address(), ask.purpose(), ask.number(), marked(ask.talk(), now))
              : output);
    }
    return all;
  }

  private int firstHeard(long now) {
    long age = Micros.clamp(0, now - heardAt, 2 * SPOKEN_MICROS);
    // Always older than it is: said again at once it is not the same again, and ends sooner or
    // later.
    return 2 + (int) (age / Micros.SECOND);
  }

  private void notice(Gossips.Message message, long now) {
    noticeHeard(Math.max(1, message.getFirstHeard()), now);
  }

  private void notice(Gossips.Talk talk, long now) {
    boolean isOurs = talk.getVersion() == GossipCore.VERSION && talk.getCluster().equals(cluster);
    if (isOurs && talk.getFirstHeard() > 0) {
      noticeHeard(talk.getFirstHeard(), now);
    }
  }

  private void noticeHeard(int firstHeard, long now) {
    heardAt = Math.max(heardAt, now - (firstHeard - 1L) * Micros.SECOND);
  }

  /** A datagram came; see {@link GossipCore#receive}. */
  public List<Output> receive(
      String source, Incarnation from, Gossips.Datagram datagram, long now) {
    return marked(core.receive(source, from, datagram, now), now);
  }

  /**
   * Another node asks over a stream; what to answer.
   *
   * @throws InvalidProtocolBufferException if it can be read in neither form
   */
  public ByteString answer(ByteString question, long now) throws InvalidProtocolBufferException {
    Gossips.Talk talk = Gossips.Talk.parseFrom(question);
    if (talk.getVersion() != FirstForm.VERSION) {
      notice(talk, now);
      return marked(remembered(talk, core.answer(talk, now)), now).toByteString();
    }
    Gossips.Message message = Gossips.Message.parseFrom(question);
    notice(message, now);
    say(now);
    Gossips.Message answer = remembered(message, first.answer(message, millis(now)));
    look(now);
    return marked(answer, now).toByteString();
  }

  /**
   * Says of the asker's node the latest life that was heard of, in whatever form that was (rule 6).
   */
  private Gossips.Talk remembered(Gossips.Talk question, Gossips.Talk answer) {
    long boot = first.bootOf(question.getFrom().getNode());
    return boot > answer.getKnownBoot() ? answer.toBuilder().setKnownBoot(boot).build() : answer;
  }

  private Gossips.Message remembered(Gossips.Message question, Gossips.Message answer) {
    Optional<String> asker = FirstForm.inquirer(question);
    long boot = asker.map(core::bootOf).orElse(0L);
    return boot == 0
        ? answer
        : answer.toBuilder().addDigests(FirstForm.digest(asker.get(), boot)).build();
  }

  /**
   * The answer to what was asked or told; what is to be sent by that.
   *
   * @throws InvalidProtocolBufferException if it can be read in neither form
   */
  public List<Output> heard(Output asked, ByteString answer, long now)
      throws InvalidProtocolBufferException {
    Gossips.Talk talk = Gossips.Talk.parseFrom(answer);
    boolean isFirst = talk.getVersion() == FirstForm.VERSION;
    if (asked instanceof Output.Ask ask && !isFirst) {
      notice(talk, now);
      return marked(core.heard(ask, talk, now), now);
    }
    if (!isFirst) {
      return List.of();
    }
    Gossips.Message message = Gossips.Message.parseFrom(answer);
    notice(message, now);
    if (asked instanceof Output.Ask ask) {
      core.lost(ask);
      return ask.purpose() == Output.Purpose.INQUIRY ? List.of(inquiry(ask.address())) : List.of();
    }
    Optional<Gossips.Message> rest = first.heard(message, millis(now));
    look(now);
    return asked instanceof Output.Tell tell && rest.isPresent()
        ? List.of(new Output.Tell(tell.address(), marked(rest.get(), now)))
        : List.of();
  }

  private Output inquiry(String seed) {
    FirstForm.Send send = first.inquire(seed);
    return new Output.Tell(send.address(), send.message());
  }

  /** There was no answer. */
  public void lost(Output asked) {
    if (asked instanceof Output.Ask ask) {
      core.lost(ask);
    }
  }

  /** Whether it may conclude from silence, from now on; see {@link GossipCore#isSynced}. */
  public boolean isSynced(long now) {
    wasSynced |= core.isSynced(now) && (!isSpoken(now) || first.isSynced(millis(now)));
    return wasSynced;
  }

  /** Takes what the first form knows of nodes of which the second one does not. */
  private void look(long now) {
    if (!isSpoken(now) && others.isEmpty()) {
      return;
    }
    FirstView view = first.view(millis(now), node -> !core.beliefs().knows(node));
    Map<CellId, List<ClaimView>> theirs = view.claims();
    if (!view.nodes().equals(others) || !theirs.equals(othersClaims)) {
      changes++;
      changed.addAll(theirs.keySet());
      changed.addAll(othersClaims.keySet());
      others = view.nodes();
      othersClaims = theirs;
    }
  }

  /** All nodes known and not departed, this one first, the others by id. */
  public List<NodeView> nodes(long now) {
    List<NodeView> nodes = new ArrayList<>(core.beliefs().nodes(now));
    for (NodeView other : others) {
      // Its former life may still be shown, while nobody has asked it for the present one.
      nodes.removeIf(node -> node.incarnation().node().equals(other.incarnation().node()));
      nodes.add(other);
    }
    Comparator<NodeView> selfFirst = Comparator.comparing(node -> !node.incarnation().equals(self));
    nodes.sort(selfFirst.thenComparing(NodeView::incarnation));
    return nodes;
  }

  /** All claims about a cell, the greatest first, those of dead nodes last. */
  public List<ClaimView> claims(CellId cell) {
    List<ClaimView> theirs = othersClaims.getOrDefault(cell, List.of());
    if (theirs.isEmpty()) {
      return core.beliefs().claims(cell);
    }
    List<ClaimView> all = new ArrayList<>(core.beliefs().claims(cell));
    all.removeIf(
        claim -> theirs.stream().anyMatch(t -> t.node().node().equals(claim.node().node())));
    all.addAll(theirs);
    all.sort(core.beliefs().order());
    return all;
  }

  /** The scheduler of this cell; empty where nobody claims it. */
  public Optional<SchedulerView> scheduler(CellId cell, long now) {
    List<ClaimView> all = claims(cell);
    List<ClaimView> theirs = othersClaims.getOrDefault(cell, List.of());
    return all.stream()
        .filter(ClaimView::leads)
        .findFirst()
        .or(() -> all.stream().findFirst())
        .map(
            claim ->
                theirs.contains(claim)
                    ? SchedulerView.of(claim, isSilent(claim.node()))
                    : core.beliefs().scheduler(claim, now));
  }

  private boolean isSilent(Incarnation node) {
    return others.stream()
        .anyMatch(o -> o.incarnation().equals(node) && o.state() == NodeView.State.SUSPECT);
  }

  /** The cells about which other things are claimed than when this was asked last. */
  public Set<CellId> takeChangedCells() {
    Set<CellId> all = new LinkedHashSet<>(core.beliefs().takeChangedCells());
    all.addAll(changed);
    changed.clear();
    return all;
  }

  /** Another number whenever other things are believed; ages and loads aside. */
  public long generation() {
    return core.generation() + changes;
  }

  /** The same, but for claims of the second form. */
  public long standings() {
    return core.standings() + changes;
  }
}
