package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.NodeView;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Incarnation;
import io.corale.model.Limit;
import io.corale.model.NodeId;
import io.corale.model.Policy;
import io.corale.model.Refusal;
import io.corale.model.ScopeLimit;
import io.corale.node.cell.StillCell;
import io.corale.scheduler.Entry;
import io.corale.wire.Common;
import io.corale.wire.Encode;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing is entered in the registry that the cell of its owner cannot take. */
class FittingTest {
  private static final List<Limit> LEARNED = List.of(new Limit.Learned(4));

  private final StillCell cell = new StillCell(List.of());

  /** Rule 36: members of an older build would start what exceeds them. */
  @Test
  void refusesLimitsThatNotAllMembersEnforce() {
    for (Limit limit :
        List.of(
            new Limit.Rate(100, Limit.Window.SECOND),
            new Limit.Ramp(1, 1, Limit.Ramp.SHORTEST),
            new Limit.Learned(4))) {
      assertThat(Fitting.objection(cell, account(List.of(limit))))
          .contains(
              Refusal.of(
                  Refusal.Code.UNSUPPORTED,
                  "account 'cheap': rates, ramps and learned limits take format 8 of logs, and"
                      + " in that of its cell format 4 is active"));
    }
  }

  @Test
  void hasNothingAgainstWhatEveryBuildTakes() {
    assertThat(Fitting.objection(cell, account(List.of()))).isEmpty();
  }

  /** Who is silent or leaves may serve it all the same: later, or until it is gone. */
  @ParameterizedTest
  @EnumSource
  void refusesLimitsOfAnOwnerThatAnOlderNodeMayServe(NodeView.State state) {
    List<NodeView> nodes =
        List.of(node("n1", Entry.LIMITS_FORMAT, NodeView.State.ALIVE), node("n2", 7, state));

    assertThat(Fitting.objection(nodes, account(LEARNED)))
        .hasValueSatisfying(
            no -> {
              assertThat(no.code()).isEqualTo(Refusal.Code.UNSUPPORTED);
              assertThat(no.message()).contains("not all read more than 7");
            });
    assertThat(Fitting.objection(nodes, account(List.of()))).isEmpty();
    assertThat(Fitting.objection(nodes.subList(0, 1), account(LEARNED))).isEmpty();
  }

  /** It does not know the question; what it does know it will say when the account is there. */
  @Test
  void aSuperpeerOfAnOlderBuildStandsInTheWayOfNothingThatItCanTake() {
    Common.Refusal unasked = Encode.refusal(Refusal.of(Refusal.Code.UNSUPPORTED, "request"));
    Common.Refusal inUse = Encode.refusal(Refusal.of(Refusal.Code.CONFLICT, "cannot go"));

    assertThat(Fitting.refused(account(List.of()), unasked)).isEmpty();
    assertThat(Fitting.refused(account(LEARNED), unasked)).isPresent();
    assertThat(Fitting.refused(account(List.of()), inUse)).isPresent();
  }

  private static NodeView node(String name, int readsFormat, NodeView.State state) {
    Incarnation life = new Incarnation(new NodeId(name), 1);
    return new NodeView(
        life, name + ":2", name + "_1", name + ":1", "test", readsFormat, state, 0, 0);
  }

  private static Account account(List<Limit> more) {
    return new Account(
        new AccountId("cheap"),
        "sim",
        0,
        Policy.LST_BL,
        new TreeMap<>(),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4, more)));
  }
}
