package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Common;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Both numbers are shown: what was declared, and what is allowed. */
class FoundTest {
  private static final Door.Discovered FOUND =
      Door.Discovered.newBuilder()
          .setAccount("faas")
          .setSinceWallMillis(1_764_000_000_000L)
          .addDeclared(Common.ScopeLimit.newBuilder().setScope("account").setConcurrency(100))
          .addAllowances(
              Common.Allowance.newBuilder()
                  .setScope("account")
                  .setConcurrency(30)
                  .addRates(
                      Common.Limit.Rate.newBuilder()
                          .setStarts(60)
                          .setWindow(Common.Limit.Rate.Window.MINUTE)))
          .build();

  @Test
  void showsWhatIsRegistered() {
    assertThat(printed(Found.table(List.of(FOUND))))
        .contains("faas", "account", "100 at once", "30 at once, 60/min", "2025-11-24T16:00:00Z");
  }

  @Test
  void showsWhenItWasAskedAndWhyNothingWasLearned() {
    Door.AccountInForce learned =
        Door.AccountInForce.newBuilder()
            .setAccount("faas")
            .setAsking(
                Door.Asking.newBuilder()
                    .setDiscovered(FOUND)
                    .setAskedMillis(12_000)
                    .setTrouble("it answered HTTP 500: expected 200"))
            .build();
    Door.AccountInForce never =
        Door.AccountInForce.newBuilder()
            .setAccount("other")
            .setAsking(Door.Asking.newBuilder().setTrouble("it is not reached"))
            .build();

    assertThat(printed(Found.askedTable(List.of(learned, never))))
        .contains("30 at once, 60/min", "12", "ago", "HTTP 500", "other", "it is not reached");
  }

  @Test
  void saysWhatIsInForceByWhatWasDiscovered() {
    Door.ScopeInForce scope =
        Door.ScopeInForce.newBuilder()
            .setLimit(30)
            .setConcurrency(30)
            .setSource(Door.ScopeInForce.Source.DISCOVERED)
            .build();

    assertThat(InForce.words(scope)).isEqualTo("30 discovered");
  }

  private static String printed(Table table) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    table.print(out);
    out.flush();
    return text.toString();
  }
}
