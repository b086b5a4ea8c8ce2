package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.sim.Chance;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Nodes of a build that knows the first form only, replaced one after the other, as in an upgrade.
 */
final class MixedFormsTest {
  private static final int NODES = 4;

  private final Map<String, Node> nodes = new TreeMap<>();

  /** The only seeds are those that are replaced last. */
  private List<String> seeds = List.of("n3:1", "n2:1");

  private long now;
  private int told;

  /** One of either build. */
  private interface Node {
    void tick() throws InvalidProtocolBufferException;

    ByteString answer(ByteString question) throws InvalidProtocolBufferException;

    List<String> sees();

    Optional<String> leader(CellId cell);
  }

  @Test
  void atEachStepOfAnUpgradeAllKnowAllNodesAndAllClaims() throws Exception {
    for (int number = 0; number < NODES; number++) {
      nodes.put("n" + number + ":1", new Former(number, 1));
    }
    run(5_000);
    assertAllKnowAll();

    for (int number = 0; number < NODES; number++) {
      nodes.remove("n" + number + ":1");
      run(1_000);
      nodes.put("n" + number + ":1", new Present(number, 2));
      run(6_000);
      assertAllKnowAll();
    }
  }

  @Test
  void amongNodesThatAllKnowTheSecondFormNothingIsSaidInTheFirstOne() throws Exception {
    nodes.put("n2:1", new Former(2, 1));
    nodes.put("n3:1", new Present(3, 1));
    nodes.put("n1:1", new Present(1, 1));
    run(5_000);
    boolean isSaidAtFirst = told > 0;

    nodes.put("n2:1", new Present(2, 2));
    run(90_000);
    told = 0;
    run(30_000);

    assertThat(isSaidAtFirst).isTrue();
    assertThat(told).isZero();
    assertAllKnowAll();
  }

  /** Nobody tells it of a node of the former build but one of its own. */
  @Test
  void whoHasOnlySeedsOfTheSecondFormKnowsThoseOfTheFirstOneWhenItIsReady() throws Exception {
    seeds = List.of("n0:1");
    nodes.put("n0:1", new Present(0, 1));
    nodes.put("n1:1", new Former(1, 1));
    run(5_000);
    Present joiner = new Present(2, 1);
    nodes.put("n2:1", joiner);

    long readyAt = now + 2_000;
    while (!joiner.forms.isSynced(now * Micros.MILLI) && now < readyAt) {
      run(100);
    }

    assertThat(now).as("it waits for nobody who is away").isLessThan(readyAt);
    assertThat(joiner.sees()).containsExactlyInAnyOrder("n0", "n1", "n2");
    assertThat(joiner.leader(cell("n1"))).contains("n1");
    run(10_000);
    assertAllKnowAll();
  }

  @Test
  void whatTheFirstFormDoesNotTellIsNotShownAsKnown() throws Exception {
    Present asked = new Present(2, 1);
    nodes.put("n2:1", asked);
    nodes.put("n3:1", new Present(3, 1));
    nodes.put("n1:1", new Former(1, 1));
    run(5_000);

    List<NodeView> seen = asked.forms.nodes(asked.micros());

    assertThat(seen).extracting(node -> node.incarnation().node().value()).contains("n1", "n3");
    assertThat(seen)
        .allSatisfy(
            node ->
                assertThat(node.heardMillis().isPresent())
                    .isEqualTo(!node.incarnation().node().value().equals("n1")));
  }

  /** It has nothing of the first form to tell, though it knows that there is somebody. */
  @Test
  void whoIsOnlyJoiningItselfMakesNobodyReady() throws Exception {
    seeds = List.of("n0:1");
    nodes.put("n0:1", new Present(0, 1));
    nodes.put("n1:1", new Former(1, 1));
    run(5_000);
    Present seed = (Present) nodes.remove("n0:1");
    Present other = new Present(3, 1);
    Present joiner = new Present(2, 1);
    nodes.put("n0:1", seed);
    other.perform(other.forms.tick(other.micros()));
    joiner.perform(joiner.forms.tick(joiner.micros()));
    nodes.remove("n0:1");
    Gossips.Message empty =
        Gossips.Message.newBuilder()
            .setVersion(FirstForm.VERSION)
            .setFirstHeard(1)
            .addDigests(FirstForm.digest("n2", 1))
            .build();

    ByteString answer = other.answer(empty.toByteString());
    joiner.forms.heard(new Output.Tell("n3:1", empty), answer, joiner.micros());

    assertThat(joiner.forms.core().isSynced(joiner.micros())).isTrue();
    assertThat(joiner.forms.isSynced(joiner.micros())).isFalse();
  }

  /** Else a node that is ready would not be any more when the first old one turns up. */
  @Test
  void whoIsReadyStaysReady() throws Exception {
    seeds = List.of("n0:1");
    nodes.put("n0:1", new Present(0, 1));
    Present ready = new Present(1, 1);
    nodes.put("n1:1", ready);
    run(1_000);
    boolean wasReady = ready.forms.isSynced(ready.micros());

    ready.answer(new Former(2, 1).first.inquire("n1:1").message().toByteString());

    assertThat(wasReady).isTrue();
    assertThat(ready.forms.isSynced(ready.micros())).isTrue();
  }

  /** Else it would conclude from not having heard what only those of the former build could say. */
  @Test
  void nothingIsConcludedFromSilenceBeforeTheFirstFormWasHeard() throws Exception {
    Former seed = new Former(3, 1);
    Present joiner = new Present(1, 1);
    Output.Ask asked =
        (Output.Ask)
            joiner.forms.tick(0).stream()
                .filter(Output.Ask.class::isInstance)
                .findFirst()
                .orElseThrow();

    joiner.forms.heard(asked, seed.answer(asked.talk().toByteString()), 1_000);
    boolean isSyncedBefore = joiner.forms.isSynced(5 * Micros.SECOND);
    Output.Tell told =
        (Output.Tell)
            joiner.forms.tick(5 * Micros.SECOND).stream()
                .filter(Output.Tell.class::isInstance)
                .findFirst()
                .orElseThrow();
    joiner.forms.heard(told, seed.answer(told.message().toByteString()), 5 * Micros.SECOND);

    assertThat(isSyncedBefore).isFalse();
    assertThat(joiner.forms.isSynced(5 * Micros.SECOND)).isTrue();
  }

  /** Rule 6, while only nodes of the former build remember. */
  @Test
  void aDiskOfFormerDaysIsNoticedWhenOnlyTheFirstFormKnowsOfItsLastLife() throws Exception {
    nodes.put("n3:1", new Former(3, 1));
    nodes.put("n1:1", new Former(1, 20));
    run(3_000);
    nodes.remove("n1:1");
    Present old = new Present(1, 30, List.of(10L));

    old.perform(old.forms.core().inquire());

    assertThat(old.forms.core().otherLife()).contains(new Incarnation(new NodeId("n1"), 20));
  }

  /** It has no seed of its own build left to tell it, as the last one of an upgrade has none. */
  @Test
  void aDiskOfFormerDaysIsNoticedByASeedThatOnlyHeardOfItsLastLifeInTheFirstForm()
      throws Exception {
    nodes.put("n3:1", new Present(3, 1));
    nodes.put("n1:1", new Former(1, 20));
    run(3_000);
    nodes.remove("n1:1");
    run(120_000);
    Present old = new Present(1, 30, List.of(10L));

    old.perform(old.forms.core().inquire());

    assertThat(old.forms.core().otherLife()).contains(new Incarnation(new NodeId("n1"), 20));
  }

  /** Who joins is told of it as well, though there is nobody to ask at its door any more. */
  @Test
  void whoJoinsLaterRemembersTheLifeToo() throws Exception {
    nodes.put("n3:1", new Present(3, 1));
    nodes.put("n1:1", new Former(1, 20));
    run(3_000);
    nodes.remove("n1:1");
    run(60_000);
    nodes.put("n2:1", new Former(2, 1));
    nodes.put("n0:1", new Present(0, 1));
    run(10_000);
    nodes.remove("n3:1");
    nodes.remove("n2:1");
    seeds = List.of("n0:1");
    Present old = new Present(1, 30, List.of(10L));

    old.perform(old.forms.core().inquire());

    assertThat(old.forms.core().otherLife()).contains(new Incarnation(new NodeId("n1"), 20));
  }

  /** It goes back to the former build, which only understands the first form. */
  @Test
  void aDiskOfFormerDaysIsNoticedByTheFormerBuildWhenOnlyTheSecondFormKnowsOfItsLastLife()
      throws Exception {
    nodes.put("n3:1", new Present(3, 1));
    nodes.put("n1:1", new Present(1, 20));
    run(3_000);
    nodes.remove("n1:1");
    Former old = new Former(1, 30, List.of(10L));
    Former onTheNextDisk = new Former(1, 30, List.of(20L));

    old.inquire("n3:1");
    onTheNextDisk.inquire("n3:1");

    assertThat(old.lives.other()).contains(new Incarnation(new NodeId("n1"), 20));
    assertThat(onTheNextDisk.lives.other()).isEmpty();
  }

  /** Its claims are those of a living node, though the second form knows a dead life of it. */
  @Test
  void whoGoesBackToTheFormerBuildIsKnownAsBefore() throws Exception {
    for (int number = 1; number < NODES; number++) {
      nodes.put("n" + number + ":1", new Present(number, 2));
    }
    Present other = new Present(0, 2);
    nodes.put("n0:1", other);
    run(5_000);
    ClaimView own = new ClaimView(other.self, cell("n0"), 1, 1, true);
    ClaimView stale = new ClaimView(other.self, cell("n1"), 1, 0, true);
    other.forms.claim(List.of(own, stale), other.micros());
    nodes.remove("n1:1");
    run(60_000);

    nodes.put("n1:1", new Former(1, 3));
    run(6_000);

    assertAllKnowAll();
  }

  private void assertAllKnowAll() {
    List<String> all = nodes.keySet().stream().map(door -> door.substring(0, 2)).toList();
    for (Node node : nodes.values()) {
      assertThat(node.sees()).containsExactlyInAnyOrderElementsOf(all);
      for (String name : all) {
        assertThat(node.leader(cell(name))).contains(name);
      }
    }
  }

  private void run(long millis) throws InvalidProtocolBufferException {
    for (long until = now + millis; now < until; now += 100) {
      for (Node node : List.copyOf(nodes.values())) {
        node.tick();
      }
    }
  }

  private static CellId cell(String node) {
    return CellId.home(new OwnerId("owner-" + node));
  }

  private static Gossips.NodeRecord record(int number) {
    return Gossips.NodeRecord.newBuilder()
        .setDoorAddress("n" + number + ":1")
        .setRaftPeer("n" + number + "_2")
        .build();
  }

  /** As main's overlay drove it: the first form, and nothing else. */
  private final class Former implements Node {
    private final FirstForm first;
    private final OwnLives lives;

    Former(int number, long boot) {
      this(number, boot, List.of());
    }

    Former(int number, long boot, List<Long> former) {
      Incarnation self = new Incarnation(new NodeId("n" + number), boot);
      lives = new OwnLives(self, former);
      first =
          new FirstForm(self, lives, "test", seeds, new Chance(number).of("former"), new Tally());
      Gossips.Claim claim =
          Gossips.Claim.newBuilder()
              .setOwner(cell("n" + number).owner().value())
              .setEpoch(1)
              .setTerm(1)
              .setLeads(true)
              .build();
      first.publish(record(number).toBuilder().addClaims(claim).build(), now);
    }

    @Override
    public void tick() throws InvalidProtocolBufferException {
      if (now % 200 != 0) {
        return;
      }
      for (FirstForm.Send send : first.tick(Optional.empty(), now)) {
        Node to = nodes.get(send.address());
        if (to != null) {
          ByteString answer = to.answer(send.message().toByteString());
          Optional<Gossips.Message> rest = first.heard(Gossips.Message.parseFrom(answer), now);
          if (rest.isPresent()) {
            to.answer(rest.get().toByteString());
          }
        }
      }
    }

    void inquire(String seed) throws InvalidProtocolBufferException {
      Gossips.Message question = first.inquire(seed).message();
      ByteString answer = nodes.getOrDefault(seed, this).answer(question.toByteString());
      first.heard(Gossips.Message.parseFrom(answer), now);
    }

    @Override
    public ByteString answer(ByteString question) throws InvalidProtocolBufferException {
      return first.answer(Gossips.Message.parseFrom(question), now).toByteString();
    }

    @Override
    public List<String> sees() {
      return names(first.view(now, node -> true).nodes());
    }

    @Override
    public Optional<String> leader(CellId cell) {
      return named(first.view(now, node -> true).claims().getOrDefault(cell, List.of()));
    }
  }

  private static List<String> names(List<NodeView> nodes) {
    return nodes.stream()
        .filter(node -> node.state() == NodeView.State.ALIVE)
        .map(node -> node.incarnation().node().value())
        .toList();
  }

  private static Optional<String> named(List<ClaimView> claims) {
    return claims.stream()
        .filter(ClaimView::leads)
        .findFirst()
        .map(claim -> claim.node().node().value());
  }

  /** As the overlay of this build drives both. */
  private final class Present implements Node {
    private final BothForms forms;
    private final String door;
    private final Incarnation self;

    Present(int number, long boot) {
      this(number, boot, List.of());
    }

    Present(int number, long boot, List<Long> lives) {
      self = new Incarnation(new NodeId("n" + number), boot);
      door = "n" + number + ":1";
      forms =
          new BothForms(
              GossipSetup.of(
                  self,
                  lives,
                  "test",
                  seeds,
                  new Chance(number).of("present"),
                  (who, standing) -> {},
                  true));
      forms.publish(record(number), micros());
      forms.claim(List.of(new ClaimView(self, cell("n" + number), 1, 1, true)), micros());
    }

    private long micros() {
      return now * Micros.MILLI;
    }

    @Override
    public void tick() throws InvalidProtocolBufferException {
      perform(forms.tick(micros()));
    }

    void perform(List<Output> begun) throws InvalidProtocolBufferException {
      List<Output> outputs = new ArrayList<>(begun);
      while (!outputs.isEmpty()) {
        Output output = outputs.remove(0);
        if (output instanceof Output.Send send) {
          if (nodes.get(send.address()) instanceof Present to) {
            to.perform(to.forms.receive(door, self, send.datagram(), micros()));
          }
        } else if (output instanceof Output.Ask ask) {
          outputs.addAll(ask(ask, ask.address(), ask.talk().toByteString()));
        } else if (output instanceof Output.Tell tell) {
          told++;
          outputs.addAll(ask(tell, tell.address(), tell.message().toByteString()));
        }
      }
    }

    private List<Output> ask(Output asked, String address, ByteString bytes)
        throws InvalidProtocolBufferException {
      Node to = nodes.get(address);
      if (to == null) {
        forms.lost(asked);
        return List.of();
      }
      return forms.heard(asked, to.answer(bytes), micros());
    }

    @Override
    public ByteString answer(ByteString question) throws InvalidProtocolBufferException {
      return forms.answer(question, micros());
    }

    @Override
    public List<String> sees() {
      return names(forms.nodes(micros()));
    }

    @Override
    public Optional<String> leader(CellId cell) {
      return named(forms.claims(cell));
    }
  }
}
