package io.corale.node.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.node.cell.StillCell;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.Calls;
import io.corale.node.seal.KeyRing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where limits are asked for, what the account names is shown, or nothing is asked. */
class DisclosureTest {
  private final Disclosure disclosure = new Disclosure(KeyRing.none());
  private final StillCell cell = new StillCell(List.of());

  @Test
  void anAccountThatNamesNoSecretShowsNothing() {
    Account account = Calls.account("http", Map.of(Account.LIMITS, "https://far/limits"));

    assertThat(disclosure.ofAsking(cell, account))
        .isEqualTo(new Disclosure.Opened.Ready(Authentication.NONE));
  }

  @Test
  void aSecretThatIsNotThereIsSaidByItsName() {
    Account account =
        Calls.account(
            "http", Map.of(Account.LIMITS, "https://far/limits", Account.LIMITS_SECRET, "whisk"));

    assertThat(disclosure.ofAsking(cell, account))
        .isEqualTo(
            new Disclosure.Opened.Closed(
                "owner 'acme' has no secret 'whisk'; put it with 'corale secret put whisk --owner"
                    + " acme'"));
  }
}
