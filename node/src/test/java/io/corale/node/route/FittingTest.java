package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Limit;
import io.corale.model.Policy;
import io.corale.model.Refusal;
import io.corale.model.ScopeLimit;
import io.corale.node.cell.StillCell;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Nothing is entered in the registry that the cell of its owner cannot take. */
class FittingTest {
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
