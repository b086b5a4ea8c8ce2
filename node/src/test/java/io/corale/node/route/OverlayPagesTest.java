package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.gossip.Bands;
import io.corale.gossip.ClaimView;
import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.gossip.SchedulerPage;
import io.corale.gossip.SchedulerView;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a node knows of all schedulers, in pages that fit into a frame. */
final class OverlayPagesTest {
  private static final Incarnation SELF = new Incarnation(new NodeId("n1"), 4);
  private static final Incarnation GONE = new Incarnation(new NodeId("n2"), 2);

  private final List<SchedulerView> known =
      IntStream.range(0, 2_500).mapToObj(OverlayPagesTest::scheduler).toList();
  private final List<CellId> gone = new ArrayList<>();
  private final OverlayPages pages = new OverlayPages(new Known());

  private final class Known implements Overlay {
    @Override
    public List<NodeView> nodes() {
      return List.of(
          new NodeView(SELF, "host:1", "host_2", "host:2", "test", 11, NodeView.State.ALIVE, 1, 0));
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
      List<SchedulerView> rest =
          known.stream()
              .filter(one -> after.isEmpty() || one.cell().compareTo(after.get()) > 0)
              .toList();
      List<SchedulerView> found =
          rest.stream().limit(limit).filter(one -> !gone.contains(one.cell())).toList();
      return new SchedulerPage(found, rest.size() > limit);
    }

    @Override
    public void claim(List<ClaimView> claims) {}
  }

  private static SchedulerView scheduler(int number) {
    CellId cell = CellId.home(new OwnerId("o".repeat(50) + (10_000 + number)));
    return new SchedulerView(
        cell,
        Optional.of(new ClaimView(number == 1 ? GONE : SELF, cell, 1, Long.MAX_VALUE, true)),
        number == 1,
        OptionalLong.of(Long.MAX_VALUE),
        Optional.of(Bands.range(255)),
        OptionalLong.of(Long.MAX_VALUE));
  }

  private Door.OverlayReport page(Door.ShowOverlay.Builder asked) {
    return pages.page(asked.build()).getOverlay();
  }

  @Test
  void givesAllInPagesOfWhichEachNamesItsView() {
    Door.OverlayReport first = page(Door.ShowOverlay.newBuilder().setLimit(1_000));
    Door.SchedulerReport end = first.getSchedulers(999);
    Door.OverlayReport rest =
        page(
            Door.ShowOverlay.newBuilder()
                .setLimit(1_000)
                .setAfterOwner(known.get(1_499).cell().owner().value()));

    assertThat(first.getHasMore()).isTrue();
    assertThat(first.getNode().getNode()).isEqualTo("n1");
    assertThat(end.getOwner()).isEqualTo(known.get(999).cell().owner().value());
    assertThat(rest.getHasMore()).isFalse();
    assertThat(rest.getSchedulersCount()).isEqualTo(1_000);
    assertThat(first.getSerializedSize()).isLessThan(512 * 1_024);
  }

  /** Or a table would end there, and nobody would know that it is cut. */
  @Test
  void hasMoreThoughOneOfThePageHasGoneMeanwhile() {
    gone.add(known.get(7).cell());

    Door.OverlayReport first = page(Door.ShowOverlay.newBuilder().setLimit(1_000));

    assertThat(first.getSchedulersCount()).isEqualTo(999);
    assertThat(first.getHasMore()).isTrue();
  }

  @Test
  void saysWhereEachIsLedAndWhetherThatNodeIsGone() {
    List<Door.SchedulerReport> shown =
        page(Door.ShowOverlay.newBuilder().setLimit(2)).getSchedulersList();

    assertThat(shown.get(0).getDoorAddress()).isEqualTo("host:1");
    assertThat(shown.get(0).getLeaderGone()).isFalse();
    assertThat(shown.get(1).getLeader().getNode()).isEqualTo("n2");
    assertThat(shown.get(1).getLeaderGone()).isTrue();
    assertThat(shown.get(1).getDoorAddress()).isEmpty();
  }

  @Test
  void refusesWhatCannotBeByName() {
    for (int limit : new int[] {0, 1_001, -1}) {
      assertThatThrownBy(() -> page(Door.ShowOverlay.newBuilder().setLimit(limit)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("show_overlay.limit");
    }
    assertThatThrownBy(() -> page(Door.ShowOverlay.newBuilder().setLimit(1).setAfterOwner("A B")))
        .hasMessageContaining("show_overlay.after_owner");
    assertThatThrownBy(() -> page(Door.ShowOverlay.newBuilder().setLimit(1).setAfterCell(2)))
        .hasMessageContaining("show_overlay.after_owner is missing");
    assertThatThrownBy(
            () ->
                page(
                    Door.ShowOverlay.newBuilder()
                        .setLimit(1)
                        .setAfterOwner("acme")
                        .setAfterCell(9_999)))
        .hasMessageContaining("show_overlay.after_cell");
  }
}
