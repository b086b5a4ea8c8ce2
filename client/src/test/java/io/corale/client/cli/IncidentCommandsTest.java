package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import org.junit.jupiter.api.Test;

/** What waits for a person, and what that person says. */
final class IncidentCommandsTest {
  private static final long UNTIL = 7_000_000;

  private final Shell shell = new Shell();

  private static Door.IncidentReport.Builder report() {
    return Door.IncidentReport.newBuilder()
        .setNumber(42)
        .setInvocation("i-1")
        .setComposition(Common.CompositionRef.newBuilder().setName("shop").setVersion("1.0.0"))
        .setCall(3)
        .setAttempts(5)
        .setFunction("charge")
        .setImplementation("eu")
        .setPlace("/do/0/charge")
        .setAccount("functions-eu")
        .setScope("account")
        .setWaitsMicros(1_500_000)
        .setProblem(Encode.problem(Problem.communication("no answer", "/do/0/charge")));
  }

  private void answers(Door.Response.Builder response) {
    shell.line.node("a:1", question -> question.answer().complete(response.build()));
  }

  private void lists(Door.IncidentList.Builder list) {
    answers(Door.Response.newBuilder().setIncidents(list));
  }

  private void isDone() {
    Door.Response time =
        Door.Response.newBuilder()
            .setControlTime(Door.ControlTime.newBuilder().setUntilMicros(UNTIL))
            .build();
    Door.Response done = Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()).build();
    shell.line.node(
        "a:1",
        question ->
            question
                .answer()
                .complete(
                    question.request().getResolveIncident().getUntilMicros() == UNTIL
                        ? done
                        : time));
  }

  private Door.ResolveIncident asked() {
    assertThat(shell.line.asked).hasSize(2);
    return shell.line.asked.get(1).request().getResolveIncident();
  }

  @Test
  void theyAreListedWithWhatWentWrong() {
    lists(Door.IncidentList.newBuilder().addIncidents(report()).setNext(42));

    assertThat(shell.corale("incidents", "--of", "i-1", "--limit", "1")).isEqualTo(Exit.OK);
    shell.corale("incidents", "-o", "json");

    Door.ListIncidents query = shell.line.asked.get(0).request().getListIncidents();
    assertThat(query.getInvocation()).isEqualTo("i-1");
    assertThat(query.getLimit()).isEqualTo(1);
    assertThat(shell.out())
        .contains("i-1", "42", "shop:1.0.0", "1.500 s", "charge (eu), 5 attempts", "no answer")
        .contains("more: --after 42")
        .contains("\"number\" : 42", "\"next\" : 42");
  }

  @Test
  void oneIsShownWithItsInput() {
    lists(
        Door.IncidentList.newBuilder()
            .addIncidents(report().setArguments(Encode.payload(Payload.ofJson("{\"amount\":7}")))));

    shell.corale("incident", "show", "i-1", "42");

    Door.ListIncidents query = shell.line.asked.get(0).request().getListIncidents();
    assertThat(query.getNumber()).isEqualTo(42);
    assertThat(shell.out()).contains("/do/0/charge", "functions-eu", "{\"amount\":7}");
  }

  /** So that it can be changed and given back. */
  @Test
  void itsInputAloneIsPrintedAsItIs() {
    lists(
        Door.IncidentList.newBuilder()
            .addIncidents(report().setArguments(Encode.payload(Payload.ofJson("{\"amount\":7}")))));

    shell.corale("incident", "show", "i-1", "42", "--input");

    assertThat(shell.out().strip()).isEqualTo("{\"amount\":7}");
  }

  @Test
  void saysWhyItsInputIsNotShown() {
    lists(Door.IncidentList.newBuilder().addIncidents(report()));

    assertThat(shell.corale("incident", "show", "i-1", "42")).isEqualTo(Exit.OK);
    assertThat(shell.out()).contains("takes the right 'invoke'");
    assertThat(shell.corale("incident", "show", "i-1", "42", "--input")).isEqualTo(Exit.REFUSED);
  }

  private void accepts(boolean incidents) {
    Door.Accepted.Builder accepted =
        Door.Accepted.newBuilder()
            .setInvocation("i-1")
            .setComposition(Common.CompositionRef.newBuilder().setName("shop").setVersion("1.0.0"))
            .setIndex(1)
            .setIncidents(incidents);
    answers(Door.Response.newBuilder().setAccepted(accepted));
  }

  /** An older superpeer passes over what it does not know, and one that runs is what it was. */
  @Test
  void whoAskedThatFailuresWaitIsToldIfTheyDoNot() {
    accepts(false);
    assertThat(shell.corale("run", "shop", "--id", "i-1", "--incidents", "--detach"))
        .isEqualTo(Exit.OK);

    assertThat(shell.err()).contains("will not wait for a person");
  }

  @Test
  void whoAskedThatFailuresWaitIsToldNothingIfTheyDo() {
    accepts(true);
    shell.corale("run", "shop", "--id", "i-1", "--incidents", "--detach");

    assertThat(shell.err()).doesNotContain("will not wait");
  }

  @Test
  void aCallIsTriedAgainAsItWas() {
    isDone();

    assertThat(shell.corale("incident", "retry", "i-1", "42")).isEqualTo(Exit.OK);

    assertThat(asked().getNumber()).isEqualTo(42);
    assertThat(asked().hasRetry()).isTrue();
    assertThat(asked().getRetry().hasArguments()).isFalse();
    assertThat(shell.out()).contains("incident 42 of i-1 is tried again");
  }

  /** What may be large is not sent to ask for the time. */
  @Test
  void aCallIsTriedAgainWithOtherInput() {
    isDone();

    shell.corale("incident", "retry", "i-1", "42", "--input", "{\"amount\": 1}");

    assertThat(asked().getRetry().getArguments().getInline().toStringUtf8())
        .isEqualTo("{\"amount\": 1}");
    Door.ResolveIncident question = shell.line.asked.get(0).request().getResolveIncident();
    assertThat(question.hasRetry()).isTrue();
    assertThat(question.getRetry().hasArguments()).isFalse();
  }

  @Test
  void aCallIsGivenUp() {
    isDone();

    shell.corale("incident", "give-up", "i-1", "42");

    assertThat(asked().hasGiveUp()).isTrue();
    assertThat(shell.out()).contains("incident 42 of i-1 is given up");
  }

  @Test
  void whatMakesNoSenseIsNotAsked() {
    assertThat(shell.corale("incident", "retry", "i-1", "0")).isEqualTo(Exit.USAGE);
    assertThat(shell.corale("incident", "retry", "i-1", "42", "-i", "{")).isEqualTo(Exit.USAGE);
    assertThat(shell.corale("incidents", "--limit", "0")).isEqualTo(Exit.USAGE);
    assertThat(shell.corale("incident")).isEqualTo(Exit.USAGE);

    assertThat(shell.err()).contains("NUMBER must be at least 1", "--input is not JSON");
    assertThat(shell.line.asked).isEmpty();
  }

  @Test
  void anInvocationSaysHowManyWait() {
    answers(
        Door.Response.newBuilder()
            .setStatus(
                Door.InvocationStatus.newBuilder()
                    .setInvocation("i-1")
                    .setPhase(Door.Phase.RUNNING)
                    .setIncidents(2)));

    shell.corale("status", "i-1");

    assertThat(shell.out()).contains("2, see corale incidents --of i-1");
  }
}
