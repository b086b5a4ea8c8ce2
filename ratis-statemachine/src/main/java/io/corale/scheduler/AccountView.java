package io.corale.scheduler;

import io.corale.model.Account;
import java.util.List;

/** An account with what its scopes hold at this moment; parents before children. */
public record AccountView(Account account, List<ScopeView> scopes) {
  public AccountView {
    scopes = List.copyOf(scopes);
  }

  /**
   * One scope, all that is below it included.
   *
   * @param queued ready calls that wait for a slot
   * @param running slots whose attempt's outcome is awaited
   * @param leased slots whose attempt may still run though nobody awaits it (rule 13)
   * @param inForce what holds there at this moment beside the declared limit
   */
  public record ScopeView(
      String scope, int limit, int queued, int running, int leased, InForce inForce) {}
}
