package io.corale.node.provider.corale;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.InvocationId;
import io.corale.model.OwnerId;
import io.corale.node.provider.Calls;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How an account leads to another owner, and what is run there called. */
class WayTest {
  private static final List<String> ALLOWED = List.of("localhost:7400", "bank.example:7400");

  private static Account account(Map<String, String> settings) {
    return Calls.account("corale", settings);
  }

  @Test
  void leadsToTheNodesOwnDoorUnlessItNamesOthers() {
    Map<String, String> short_ = Map.of("owner", "bank", "token", "t");
    Map<String, String> long_ =
        Map.of("owner", "bank", "token", "t", "doors", "bank.example:7400 , localhost:7400");

    assertThat(Way.faults(account(short_), ALLOWED)).isEmpty();
    assertThat(Way.of(account(short_), ALLOWED).doors()).containsExactly("localhost:7400");
    assertThat(Way.faults(account(long_), ALLOWED)).isEmpty();
    assertThat(Way.of(account(long_), ALLOWED).doors())
        .containsExactly("bank.example:7400", "localhost:7400");
  }

  /** An owner must not have this node knock at whatever it likes. */
  @Test
  void namesWhatIsWrong() {
    Map<String, String> wrong =
        Map.of("owner", "Bank", "doors", "10.0.0.1:22", "url", "http://bank");

    assertThat(Way.faults(account(wrong), ALLOWED))
        .anySatisfy(fault -> assertThat(fault).contains("'url' is not known"))
        .anySatisfy(fault -> assertThat(fault).contains("'owner': owner 'Bank' is not a name"))
        .anySatisfy(fault -> assertThat(fault).contains("'token' is missing"))
        .anySatisfy(fault -> assertThat(fault).contains("10.0.0.1:22 is not open to owners"))
        .hasSize(4);
    assertThat(Way.faults(account(Map.of("owner", "bank", "token", "t")), List.of()))
        .containsExactly("this node opens no doors to owners");
  }

  @Test
  void oneCallOfOneOwnerIsOneInvocation() {
    OwnerId shop = new OwnerId("shop");

    InvocationId id = Keys.invocation(shop, "order-7~2/3");

    assertThat(id).isEqualTo(Keys.invocation(shop, "order-7~2/3"));
    assertThat(id.value()).startsWith("shop:order-7.2:3:");
    assertThat(id.isDerived()).isFalse();
    assertThat(
            List.of(
                Keys.invocation(new OwnerId("mall"), "order-7~2/3"),
                Keys.invocation(shop, "order-7.2/3"),
                Keys.invocation(shop, "order-7~2/4")))
        .doesNotContain(id)
        .doesNotHaveDuplicates();
    assertThat(Keys.invocation(shop, "x".repeat(128) + "~16384".repeat(16) + "/99").value())
        .hasSizeLessThanOrEqualTo(128);
  }
}
