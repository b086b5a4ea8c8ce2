package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.ClaimView;
import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.gossip.SchedulerPage;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.cell.ReplicaCreator.Created;
import io.corale.node.registry.Birth;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Of whom it is known what they read, and who is so asked to hold a replica (rule 36). */
final class BuildsTest {
  private static final CellId CELL = CellId.home(new OwnerId("acme"));

  private final List<NodeView> nodes = new ArrayList<>();
  private final Builds builds = new Builds(new Nodes());

  private final class Nodes implements Overlay {
    @Override
    public List<NodeView> nodes() {
      return nodes;
    }

    @Override
    public Optional<ClaimView> leader(CellId cell) {
      return Optional.empty();
    }

    @Override
    public List<ClaimView> claims(CellId cell) {
      return List.of();
    }

    @Override
    public SchedulerPage schedulers(Optional<CellId> after, int limit) {
      return new SchedulerPage(List.of(), false);
    }

    @Override
    public void claim(List<ClaimView> claims) {}
  }

  private void isHere(String node, int readsFormat, NodeView.State state) {
    Incarnation life = new Incarnation(new NodeId(node), 1);
    String raftPeer = node + "_1";
    nodes.add(
        new NodeView(life, node + ":2", raftPeer, node + ":1", "test", readsFormat, state, 0, 0));
  }

  private int common(String... peers) {
    return builds.readers(Set.of(peers)).common();
  }

  @Test
  void believesWhoIsHere() {
    isHere("a", 7, NodeView.State.ALIVE);
    isHere("b", 6, NodeView.State.ALIVE);

    assertThat(common("a_1", "b_1")).isEqualTo(6);
    assertThat(builds.reads("a_1", 7)).isTrue();
    assertThat(builds.reads("b_1", 7)).isFalse();
  }

  @Test
  void takesWhoDoesNotSayForAnOlderBuild() {
    isHere("a", 0, NodeView.State.ALIVE);

    assertThat(common("a_1")).isEqualTo(Entry.BASE_FORMAT);
  }

  @Test
  void countsOnNobodyWhoMayComeBackAsAnother() {
    isHere("a", 7, NodeView.State.ALIVE);
    isHere("b", 7, NodeView.State.SUSPECT);
    isHere("c", 7, NodeView.State.LEAVING);

    assertThat(common("a_1", "b_1")).isEqualTo(Entry.BASE_FORMAT);
    assertThat(common("a_1", "c_1")).isEqualTo(Entry.BASE_FORMAT);
    assertThat(common("a_1", "unheard_1")).isEqualTo(Entry.BASE_FORMAT);
  }

  /** The node of a machine may have been replaced by another, and both be heard of. */
  @Test
  void believesTheLesserOfTwoAtOneAddress() {
    isHere("a", 7, NodeView.State.ALIVE);
    isHere("a", 5, NodeView.State.ALIVE);

    assertThat(common("a_1")).isEqualTo(5);
  }

  /** A replica there would stop at the first entry that it is given. */
  @Test
  void whoCannotReadWhatIsActiveIsNotAskedToCreateAReplica() {
    List<String> asked = new ArrayList<>();
    Births births =
        new Births(
            new BirthWorld(new Random(1), 2, 0, PlantedBirthBug.NOTHING),
            (member, request) -> {
              asked.add(member.raftPeer());
              return CompletableFuture.completedFuture(Created.DONE);
            },
            cell -> List.of(),
            () -> "",
            () -> CompletableFuture.completedFuture(null),
            () -> false);
    Birth birth = new Birth(Birth.State.OPEN, 1, "nonce", List.of(member("a"), member("b")));
    isHere("a", 7, NodeView.State.ALIVE);
    isHere("b", 6, NodeView.State.ALIVE);

    List<Created> created =
        births
            .complete(
                CellFile.of(Births.request(CELL, birth)),
                member -> builds.reads(member.raftPeer(), 7))
            .join();

    assertThat(created).containsExactly(Created.DONE, Created.UNREACHABLE);
    assertThat(asked).containsExactly("a_1");
  }

  private static BornMember member(String node) {
    return new BornMember(new Incarnation(new NodeId(node), 1), node + "_1", node + ":1", "");
  }
}
