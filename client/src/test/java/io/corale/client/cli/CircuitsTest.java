package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Door;
import org.junit.jupiter.api.Test;

/** What does not answer stands below what is in force of accounts. */
final class CircuitsTest {
  private final Shell shell = new Shell();

  private void answers(Door.Circuit.Builder... circuits) {
    Door.AccountInForce.Builder account =
        Door.AccountInForce.newBuilder().setAccount("lab").setVersion(1).setRetriesLeft(93);
    account.addScopes(Door.ScopeInForce.newBuilder().setScope("account").setLimit(8));
    for (Door.Circuit.Builder circuit : circuits) {
      account.addCircuits(circuit);
    }
    Door.Response response =
        Door.Response.newBuilder()
            .setAccounts(Door.AccountsInForce.newBuilder().addAccounts(account))
            .build();
    shell.line.node("a:1", question -> question.answer().complete(response));
  }

  private static Door.Circuit.Builder circuit(int waiting) {
    return Door.Circuit.newBuilder()
        .setScope("label")
        .setComposition("shop")
        .setFunction("resize")
        .setImplementation("cheap")
        .setWaiting(waiting)
        .setPauseMillis(2_000);
  }

  @Test
  void saysWhatDoesNotAnswerAndWhenItIsTriedNext() {
    answers(
        circuit(17).setTriedInMillis(1_500),
        circuit(0).setFunction("label"),
        circuit(3).setFunction("crop").setIsTrying(true));

    int code = shell.corale("account", "show");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out()).contains("DOES NOT ANSWER", "resize (cheap)", "2000 ms");
    assertThat(shell.out().lines())
        .anyMatch(line -> line.startsWith("resize") && line.strip().endsWith("in 1500 ms"))
        .anyMatch(line -> line.startsWith("label") && line.strip().endsWith("the next call"))
        .anyMatch(line -> line.startsWith("crop") && line.strip().endsWith("under way"));
  }

  @Test
  void saysNothingWhereAllAnswers() {
    answers();

    shell.corale("account", "show");

    assertThat(shell.out()).contains("lab").doesNotContain("DOES NOT ANSWER");
  }

  @Test
  void programsAreToldAsWell() {
    answers(circuit(17).setTriedInMillis(1_500));

    shell.corale("account", "show", "-o", "json");

    assertThat(shell.out())
        .contains("\"retriesLeft\" : 93", "\"waiting\" : 17", "\"triedInMillis\" : 1500")
        .contains("\"isTrying\" : false");
  }
}
