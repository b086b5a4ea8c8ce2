package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.client.ScriptedLine;
import io.corale.model.Refusal;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands in front of scripted nodes: what is asked, printed, and said by the exit code. */
class CommandsTest {
  private final Shell shell = new Shell();
  private final ScriptedLine line = shell.line;

  private Door.Request asked() {
    return line.asked.get(0).request();
  }

  private void answers(Door.Response.Builder response) {
    line.node("a:1", question -> question.answer().complete(response.build()));
  }

  private void answersInTurn(Door.Response.Builder... responses) {
    line.node(
        "a:1", question -> question.answer().complete(responses[line.asked.size() - 1].build()));
  }

  private Door.Request lastAsked() {
    return line.asked.get(line.asked.size() - 1).request();
  }

  private void completes(String json) {
    line.node(
        "a:1",
        question -> {
          question.accept(true);
          question.complete(json);
        });
  }

  @Test
  void runPrintsTheOutputAndNothingElseToStandardOutput() {
    completes("{\"sheet\":1}");

    int code =
        shell.corale("run", "album", "--input", "{\"n\": 3}", "--id", "i-1", "--label", "a=b");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out().strip()).isEqualTo("{\"sheet\":1}");
    assertThat(shell.err()).contains("album:1.0.0 i-1: accepted");
    Door.Submit submit = asked().getSubmit();
    assertThat(submit.getInvocation()).isEqualTo("i-1");
    assertThat(submit.getInput().getInline().toStringUtf8()).isEqualTo("{\"n\": 3}");
    assertThat(submit.getLabelsMap()).containsEntry("a", "b");
  }

  @Test
  void runIsRememberedLongerThanItIsTried() {
    completes("1");

    shell.corale("run", "album", "--id", "i-1", "--patience", "PT5S");
    shell.corale("run", "album", "--id", "i-2", "--patience", "PT1H");

    assertThat(line.asked)
        .extracting(each -> each.request().getSubmit().getRetryUntilMillis())
        .containsExactly(
            ScriptedLine.WALL.plus(Duration.ofMinutes(10)).toEpochMilli(),
            ScriptedLine.WALL.plus(Duration.ofHours(1)).toEpochMilli());
  }

  @Test
  void runTakesItsInputFromAFileOrFromStandardInput(@TempDir Path folder) throws IOException {
    completes("1");
    Path file = Files.writeString(folder.resolve("input.json"), "{\"a b\": \"c\"}\n");
    shell.in = "[2]";

    shell.corale("run", "album", "--input", "@" + file);
    shell.corale("run", "album", "--input", "-");

    assertThat(line.asked)
        .extracting(each -> each.request().getSubmit().getInput().getInline().toStringUtf8())
        .containsExactly("{\"a b\": \"c\"}", "[2]");
  }

  @Test
  void runDetachedPrintsTheId() {
    line.node("a:1", question -> question.accept(true));

    int code = shell.corale("run", "album", "--id", "i-1", "--detach");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out().strip()).isEqualTo("i-1");
  }

  @Test
  void runForProgramsPrintsOneObject() {
    completes("7");

    shell.corale("run", "album", "--id", "i-1", "-o", "json");

    assertThat(shell.out())
        .contains("\"invocation\" : \"i-1\"", "\"ending\" : \"completed\"", "\"output\" : 7");
  }

  @Test
  void metricsPrintsWhatTheNodeSaysPartAfterPart() {
    line.node(
        "a:1",
        question -> {
          question
              .more()
              .accept(
                  Door.Response.newBuilder()
                      .setMore(true)
                      .setMetrics(Door.MetricsText.newBuilder().setText("a 1\nb"))
                      .build());
          question
              .answer()
              .complete(
                  Door.Response.newBuilder()
                      .setMetrics(Door.MetricsText.newBuilder().setText(" 2\n"))
                      .build());
        });

    int code = shell.corale("metrics");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out()).isEqualTo("a 1\nb 2\n");
  }

  @Test
  void aFaultIsOneLineAndExitCodeOne() {
    line.node(
        "a:1",
        question -> {
          question.accept(true);
          question
              .answer()
              .complete(
                  Door.Response.newBuilder()
                      .setEnded(
                          Door.Ended.newBuilder()
                              .setEnding(
                                  Common.Ending.newBuilder()
                                      .setFaulted(
                                          Common.Problem.newBuilder()
                                              .setStatus(408)
                                              .setTitle("Timed out")
                                              .setInstance("/do/0/fetch")
                                              .setDetail("after 5 s"))))
                      .build());
        });

    int code = shell.corale("run", "album", "--id", "i-1");

    assertThat(code).isEqualTo(Exit.ENDED_BADLY);
    assertThat(shell.err())
        .contains("corale run: i-1 faulted: Timed out at /do/0/fetch: after 5 s");
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND, 4",
    "FORBIDDEN, 3",
    "UNAUTHENTICATED, 3",
    "CONFLICT, 3",
    "EXPIRED, 3",
    "UNAVAILABLE, 6",
    "OVERLOADED, 6"
  })
  void aRefusalIsOneLineWithItsExitCode(Refusal.Code refusal, int expected) {
    line.node("a:1", question -> question.refuse(refusal, "because"));

    int code = shell.corale("status", "i-1", "--patience", "PT0.001S");

    assertThat(code).isEqualTo(expected);
    assertThat(shell.err().lines())
        .singleElement()
        .asString()
        .startsWith("corale status: ")
        .endsWith("because");
  }

  @Test
  void anAnswerThatNeverCameIsUnknown() {
    line.node("a:1", question -> question.unknown("connection lost"));

    int code = shell.corale("cancel", "i-1", "--patience", "PT0.001S");

    assertThat(code).isEqualTo(Exit.UNKNOWN);
    assertThat(shell.err()).contains("connection lost").contains("asking again is safe");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run                               | Missing required parameter: 'COMPOSITION'",
        "run album --input {               | --input is not JSON",
        "run album --input @/none          | file /none cannot be read: there is no such file",
        "run album --id a@b                | invocation id 'a@b' is not an id",
        "run album --class quick           | 'quick' is not a class",
        "run album --deadline 5            | '5' is not a duration",
        "run album --deadline PT0S         | --deadline must be above zero",
        "run album --verson 1              | Unknown option",
        "publish /none.yaml                | file /none.yaml cannot be read",
        "account put a --provider sim      | Missing required option: '--limit=N'",
        "account put a --provider sim --limit 0 | limit of scope 'account' must be from 1",
        "account put a --provider sim --limit 2 --scope x | --scope 'x': expected NAME:N",
        "account put a --provider sim --limit 2 --scope x=y:1 | scope 'x' has no scope 'y'",
        "account put A --provider sim --limit 2 | account 'A' is not a name",
        "account put a --provider sim --limit 2 --rate 9 | --rate '9': expected N/s or N/min",
        "account put a --provider sim --limit 2 --rate 0/s | --rate '0/s': rate must be from 1 to",
        "account put a --provider sim --limit 2 --rate x:9/s | 'x:9/s': there is no scope 'x'",
        "account put a --provider sim --limit 2 --rate 9/s --rate 8/s | has a rate per second"
            + " twice",
        "account put a --provider sim --limit 2 --ramp 2/PT1S | --ramp '2/PT1S': expected"
            + " FROM+STEP",
        "account put a --provider sim --limit 2 --ramp 2+1/3s | '3s' is not a duration: expected",
        "account put a --provider sim --limit 2 --ramp 2+1/PT0.01S | must be whole milliseconds",
        "account put a --provider sim --limit 2 --learn few | --learn 'few': expected the number",
        "account put a --provider sim --limit 2 --learn 3 | begins with 3: expected at most its",
        "account put a --provider sim --limit 2 --ramp 3+1/PT1S | begins with 3: expected at most",
        "account put a --provider sim --limit 2 --wait=P31D | --wait must be from PT0S to PT720H",
        "account show A                    | account 'A' is not a name",
        "token create --subject bob        | no rights",
        "token create --subject bob --right fly | expected one of",
        "list --limit 0                    | --limit must be from 1 to 1000",
        "list --label x                    | --label 'x': expected KEY=VALUE",
        "status a@0                        | 'a@0' is not an id",
        "status i --nodes localhost        | is not host:port",
        "status i --owner Acme             | owner 'Acme' is not a name",
        "status i --token-file /none       | token file /none cannot be read",
        "owner                             | say what to do: one of create, show",
        "stats                             | Unmatched argument",
      })
  void misuseIsOneLineAndExitCodeTwo(String arguments, String expected) {
    int code = shell.corale(arguments.strip().split(" +"));

    assertThat(shell.err()).contains(expected).doesNotContain("\tat ");
    assertThat(shell.err().lines()).hasSizeLessThanOrEqualTo(3);
    assertThat(code).isEqualTo(Exit.USAGE);
    assertThat(line.asked).isEmpty();
  }

  @Test
  void withoutAnOwnerItSaysHowToGiveOne() {
    shell.environment.clear();

    assertThat(shell.corale("status", "i")).isEqualTo(Exit.USAGE);
    assertThat(shell.err()).contains("--owner OWNER, or set CORALE_OWNER");
  }

  @Test
  void theTokenComesFromTheOptionTheFileOrTheEnvironment(@TempDir Path folder) throws IOException {
    answers(Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()));
    Path file = Files.writeString(folder.resolve("token"), "from-file\n");
    shell.environment.put("CORALE_TOKEN", "from-environment");

    shell.corale("cancel", "i");
    shell.corale("cancel", "i", "--token-file", file.toString());
    shell.corale("cancel", "i", "--token", "from-option");

    assertThat(line.asked)
        .extracting(each -> each.request().getEnvelope().getCredential())
        .containsExactly("from-environment", "from-file", "from-option");
  }

  @Test
  void anAccountIsPutWithItsTreeOfLimits() {
    answers(Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()));

    int code =
        shell.corale(
            ("account put cheap --provider http --limit 8 --scope images=account:6 --scope"
                    + " label=images:4 --set url=http://localhost:9000 --policy edf")
                .split(" "));

    Common.Account account = asked().getPutAccount().getAccount();
    assertThat(code).isEqualTo(Exit.OK);
    assertThat(account.getPolicy()).isEqualTo(Common.Policy.EDF);
    assertThat(account.getSettingsMap()).containsEntry("url", "http://localhost:9000");
    assertThat(account.getScopesList())
        .extracting(scope -> scope.getScope() + "<" + scope.getParent() + scope.getConcurrency())
        .containsExactly("account<8", "images<account6", "label<images4");
  }

  @Test
  void accountPutTakesWhatElseLimitsScopes() {
    answers(inForce(scope("account", 8, 0)));

    int code =
        shell.corale(
            ("account put cheap --provider http --limit 8 --scope label:4 --rate 100/s --rate"
                    + " label:600/min --ramp label:2+1/PT30S --learn label:3")
                .split(" "));

    Common.Account account = asked().getPutLimitedAccount().getAccount();
    assertThat(code).isEqualTo(Exit.OK);
    assertThat(account.getScopesList())
        .extracting(scope -> scope.getScope() + ": " + Limits.words(scope.getMoreList()))
        .containsExactly("account: 100/s", "label: 600/min, ramp 2+1/PT30S, learned from 3");
    assertThat(shell.out())
        .contains(
            "  scope account: 100/s", "  scope label: 600/min, ramp 2+1/PT30S, learned from 3");
  }

  @Test
  void accountPutSaysWhatIsInForce() {
    answersInTurn(
        inForce(scope("account", 8, 3)),
        inForce(scope("account", 8, 12), scope("label", 4, 4), scope("images", 2, 3)),
        Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()));

    for (int i = 0; i < 3; i++) {
      assertThat(shell.corale("account", "put", "cheap", "--provider", "http", "--limit", "8"))
          .isEqualTo(Exit.OK);
    }

    String head = "account cheap: provider http, limit 8, policy lst_bl";
    assertThat(shell.out().lines())
        .containsExactly(
            head,
            "  in force",
            head,
            "  scope account: PENDING(12 in force)",
            "  scope images: PENDING(3 in force)",
            head,
            "  in force as soon as a node serves the owner's work");
  }

  @Test
  void accountPutWaitsUntilItIsInForce() {
    answersInTurn(inForce(scope("account", 8, 12)), shown(scope("account", 8, 8)));

    int code = shell.corale("account put cheap --provider http --limit 8 --wait=PT1M".split(" "));

    assertThat(shell.out()).contains("  in force").doesNotContain("PENDING");
    assertThat(lastAsked().getShowAccounts().getAccount()).isEqualTo("cheap");
    assertThat(code).isEqualTo(Exit.OK);
  }

  @Test
  void accountPutWaitsNoLongerThanItIsTold() {
    answersInTurn(inForce(scope("account", 8, 12)), shown(scope("account", 8, 9)));

    int code = shell.corale("account put cheap --provider http --limit 8 --wait=PT0S".split(" "));

    assertThat(shell.out()).contains("PENDING(9 in force)");
    assertThat(code).isEqualTo(Exit.UNKNOWN);
  }

  @Test
  void accountShowSaysWhatHoldsInEachScope() {
    answers(
        shown(
            scope("account", 8, 2),
            scope("label", 4, 1)
                .setConcurrency(3)
                .setSource(Door.ScopeInForce.Source.LEARNED)
                .setQueued(17)
                .setThrottled(5)
                .setShutMillis(250)
                .addRates(
                    Door.ScopeInForce.RateUse.newBuilder()
                        .setRate(
                            Common.Limit.Rate.newBuilder()
                                .setStarts(600)
                                .setWindow(Common.Limit.Rate.Window.MINUTE))
                        .setStarts(42))));

    shell.corale("account", "show");
    shell.corale("account", "show", "cheap", "-o", "json");

    assertThat(shell.out().lines().toList())
        .contains(
            "ACCOUNT  SCOPE    LIMIT  IN FORCE   RUNNING  LEASED  QUEUED  THROTTLED  SHUT    RATES",
            "cheap    account  8      8          2        0       0       0",
            "cheap    label    4      3 learned  1        0       17      5          250 ms  42 of"
                + " 600/min")
        .anyMatch(line -> line.contains("\"source\" : \"learned\""));
    assertThat(lastAsked().getShowAccounts().getAccount()).isEqualTo("cheap");
  }

  private static Door.ScopeInForce.Builder scope(String name, int limit, int running) {
    return Door.ScopeInForce.newBuilder()
        .setScope(name)
        .setLimit(limit)
        .setConcurrency(limit)
        .setSource(Door.ScopeInForce.Source.DECLARED)
        .setRunning(running);
  }

  private static Door.AccountInForce.Builder account(Door.ScopeInForce.Builder... scopes) {
    Door.AccountInForce.Builder account = Door.AccountInForce.newBuilder().setAccount("cheap");
    for (Door.ScopeInForce.Builder scope : scopes) {
      account.addScopes(scope);
    }
    return account;
  }

  private static Door.Response.Builder inForce(Door.ScopeInForce.Builder... scopes) {
    return Door.Response.newBuilder().setDone(Door.Done.newBuilder().setInForce(account(scopes)));
  }

  private static Door.Response.Builder shown(Door.ScopeInForce.Builder... scopes) {
    return Door.Response.newBuilder()
        .setAccounts(Door.AccountsInForce.newBuilder().addAccounts(account(scopes)));
  }

  @Test
  void publishSendsTheTextAsItIs(@TempDir Path folder) throws IOException {
    answers(published());
    Path file = Files.writeString(folder.resolve("album.yaml"), "do: []\n");

    assertThat(shell.corale("publish", file.toString())).isEqualTo(Exit.OK);
    assertThat(asked().getPublish().getSource()).isEqualTo(ByteString.copyFromUtf8("do: []\n"));
    assertThat(shell.out().strip()).isEqualTo("album:1.0.0 is published");
  }

  private static Door.Response.Builder published() {
    return Door.Response.newBuilder()
        .setPublished(
            Door.Published.newBuilder()
                .setComposition(
                    Common.CompositionRef.newBuilder().setName("album").setVersion("1.0.0")));
  }

  @Test
  void publishBringsWhatTheNodeLacks(@TempDir Path folder) throws IOException {
    answersInTurn(lacking("s.json"), lacking("t.json"), published());
    Files.writeString(folder.resolve("s.json"), "{}");
    Files.writeString(folder.resolve("t.json"), "true");
    Path file = Files.writeString(folder.resolve("album.yaml"), "s.json t.json\n");

    assertThat(shell.corale("publish", file.toString())).isEqualTo(Exit.OK);

    assertThat(lastAsked().getPublish().getResourcesList())
        .extracting(each -> each.getAddress() + " " + each.getText().toStringUtf8())
        .containsExactly("s.json {}", "t.json true");
    assertThat(shell.err()).contains("fetching s.json", "fetching t.json");
  }

  @Test
  void publishSaysWhichResourceItCannotRead(@TempDir Path folder) throws IOException {
    answers(lacking("s.json"));
    Path file = Files.writeString(folder.resolve("album.yaml"), "s.json\n");

    assertThat(shell.corale("publish", file.toString())).isEqualTo(Exit.USAGE);

    assertThat(shell.err())
        .contains(file + ":3:7: resource s.json cannot be read: there is no such file");
  }

  private static Door.Response.Builder lacking(String address) {
    return Door.Response.newBuilder()
        .setLacking(
            Door.Lacking.newBuilder()
                .addNeeds(Door.Need.newBuilder().setAddress(address).setLine(3).setColumn(7)));
  }

  @Test
  void functionsArePutListedShownAndRemoved(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("f.yaml"), "call: faas\n");
    Door.Function.Builder entry =
        Door.Function.newBuilder()
            .setName("f")
            .setVersion("1.0.0")
            .setSource(ByteString.copyFromUtf8("call: faas"));
    Door.Response.Builder report =
        Door.Response.newBuilder()
            .setFunctions(Door.FunctionReport.newBuilder().addFunctions(entry));
    Door.Response.Builder stood =
        Door.Response.newBuilder()
            .setFunctions(Door.FunctionReport.newBuilder().setKnownAlready(true));
    answersInTurn(report, report, report, stood, report);

    assertThat(shell.corale("function", "put", "f:1.0.0", file.toString())).isEqualTo(Exit.OK);
    assertThat(asked().getPutFunction().getSource().toStringUtf8()).isEqualTo("call: faas\n");
    assertThat(shell.corale("function", "list")).isEqualTo(Exit.OK);
    assertThat(shell.corale("function", "show", "f:1.0.0")).isEqualTo(Exit.OK);
    assertThat(lastAsked().getListFunctions().getVersion()).isEqualTo("1.0.0");
    assertThat(shell.out())
        .contains("f:1.0.0 is in the catalog", "FUNCTION  VERSION", "call: faas\n");
    assertThat(shell.corale("function", "remove", "f:1.0.0")).isEqualTo(Exit.OK);
    assertThat(lastAsked().getRemoveFunction().getName()).isEqualTo("f");
    assertThat(shell.corale("function", "remove", "f:1.0.0")).isEqualTo(Exit.OK);
    assertThat(shell.out()).contains("f:1.0.0 is removed\n", "f:1.0.0 was not in the catalog\n");
    assertThat(shell.corale("function", "put", "f", file.toString())).isEqualTo(Exit.USAGE);
    assertThat(shell.err()).contains("function 'f' has no version: expected NAME:VERSION");
  }

  @Test
  void aTokenIsAllThatStandardOutputCarries() {
    answers(
        Door.Response.newBuilder().setToken(Door.TokenCreated.newBuilder().setToken("corale_x")));

    assertThat(shell.corale("token", "create", "--subject", "bob", "--right", "invoke,read"))
        .isEqualTo(Exit.OK);
    assertThat(shell.out().strip()).isEqualTo("corale_x");
    assertThat(asked().getCreateToken().getRightsList())
        .containsExactly(Common.Right.INVOKE, Common.Right.READ);
  }

  @Test
  void cellsComeWithALineForRatisShell() {
    answers(
        Door.Response.newBuilder()
            .setCells(
                Door.CellList.newBuilder()
                    .addCells(
                        Door.CellReport.newBuilder()
                            .setOwner("acme")
                            .setGroup("0d5c")
                            .setFormat(55)
                            .setSuperpeer("n1")
                            .addMembers(member("n1", 7500))
                            .addMembers(member("n2", 7501)))));

    shell.corale("cells");

    assertThat(shell.out())
        .contains("acme.0", "FORMAT", " 55 ")
        .contains(
            "deploy/bin/ratis-shell group info -peers localhost:7500,localhost:7501 -groupid 0d5c");
  }

  /** Rule 6: whether or not the group still counts it. */
  @Test
  void cellsTellWhoIsOnItsWayBack() {
    answers(
        Door.Response.newBuilder()
            .setCells(
                Door.CellList.newBuilder()
                    .addCells(
                        Door.CellReport.newBuilder()
                            .setOwner("acme")
                            .setSuperpeer("n1")
                            .addMembers(member("n1", 7500))
                            .addMembers(member("n2", 7501))
                            .addAbsent(Door.Absentee.newBuilder().setNode("n2").setHas("lost"))
                            .addAbsent(
                                Door.Absentee.newBuilder().setNode("n3").setHas("returning")))));

    shell.corale("cells");
    assertThat(shell.out()).contains("n1,n2 (lost),n3 (returning)");

    shell.corale("cells", "-o", "json");
    assertThat(shell.out()).containsPattern("\"absent\"\\s*:\\s*\\{\\s*\"n2\"");
  }

  private static Door.Member member(String node, int port) {
    return Door.Member.newBuilder().setNode(node).setRaftAddress("localhost:" + port).build();
  }

  @Test
  void aTraceShowsEveryEventInBothForms() {
    answers(
        Door.Response.newBuilder()
            .setTrace(
                Door.TraceReport.newBuilder()
                    .setStatus(status())
                    .setDropped(2)
                    .addEvents(
                        Door.TraceEvent.newBuilder()
                            .setKind(Door.TraceEvent.Kind.TAKEN_OVER)
                            .setAtMicros(1_234_000)
                            .setExecutor("n2#1")
                            .setCall(3)
                            .setAttempt(2))
                    .addEvents(Door.TraceEvent.newBuilder().setKind(Door.TraceEvent.Kind.TIMED_OUT))
                    .addEvents(Door.TraceEvent.newBuilder().setKindValue(77))));

    shell.corale("trace", "i-1");
    shell.corale("trace", "i-1", "-o", "json");

    assertThat(shell.out())
        .contains("1.234 s", "taken over", "3#2", "n2#1", "2 more events were not kept")
        .contains("\"kind\" : \"taken_over\"", "\"atMicros\" : 1234000")
        .contains("timed out", "\"kind\" : \"timed_out\"")
        .contains("kind 77", "\"kind\" : \"kind_77\"");
  }

  @Test
  void schedulesShowWhenTheyAreNextAndHowTheyWent() {
    answers(
        Door.Response.newBuilder()
            .setSchedules(
                Door.ScheduleList.newBuilder()
                    .addSchedules(
                        Door.ScheduleReport.newBuilder()
                            .setComposition(
                                Common.CompositionRef.newBuilder()
                                    .setName("report")
                                    .setVersion("1.0.0"))
                            .setTiming("every PT10M")
                            .setOverlap("skip")
                            .setState(Door.ScheduleReport.State.HELD)
                            .setRefusals(3)
                            .setEvents(4)
                            .setNextWallMillis(1_767_323_045_000L)
                            .setLastInvocation("report~due~7")
                            .setBegun(7)
                            .setSkipped(2)
                            .setLive(1))));

    shell.corale("schedules");
    shell.corale("schedules", "-o", "json");

    assertThat(shell.out())
        .contains("report:1.0.0", "every PT10M", "skip", "held, no room 3x")
        .contains("2026-01-02T03:04:05Z", "report~due~7")
        .contains("\"state\" : \"held\"", "\"skipped\" : 2", "\"events\" : 4");
  }

  @Test
  void aScheduleIsStoppedByItsName() {
    answers(Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()));

    shell.corale("schedules", "stop", "report");

    assertThat(asked().getHaltSchedule().getComposition()).isEqualTo("report");
    assertThat(asked().getHaltSchedule().getStopped()).isTrue();
  }

  @Test
  void aScheduleIsStartedByItsName() {
    answers(Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()));

    shell.corale("schedules", "start", "report");

    assertThat(asked().hasHaltSchedule()).isTrue();
    assertThat(asked().getHaltSchedule().getStopped()).isFalse();
  }

  @Test
  void whatRanWhatIsShown() {
    answers(Door.Response.newBuilder().setStatus(status().setParent("order-7").setRuns(3)));

    shell.corale("status", "i-1");

    assertThat(shell.out()).contains("run by       order-7", "has run      3, see corale list");
  }

  @Test
  void aListNamesItsNextPage() {
    answers(
        Door.Response.newBuilder()
            .setList(Door.InvocationList.newBuilder().addInvocations(status()).setNext("i-1")));

    shell.corale("list", "--phase", "running", "--label", "run=7");

    assertThat(asked().getList().getPhase()).isEqualTo(Door.Phase.RUNNING);
    assertThat(shell.out()).contains("album:1.0.0").contains("more: --after i-1");
  }

  private static Door.InvocationStatus.Builder status() {
    return Door.InvocationStatus.newBuilder()
        .setInvocation("i-1")
        .setComposition(Common.CompositionRef.newBuilder().setName("album").setVersion("1.0.0"))
        .setServiceClass(Common.ServiceClass.STANDARD)
        .setPhase(Door.Phase.RUNNING);
  }

  private void answersWithSecret(String name, long version) {
    answers(
        Door.Response.newBuilder()
            .setSecrets(
                Door.SecretList.newBuilder()
                    .addSecrets(
                        Door.SecretReport.newBuilder()
                            .setName(name)
                            .setVersion(version)
                            .setChangedWallMillis(1_700_000_000_000L)
                            .setKey("k1"))));
  }

  private String secretPut() {
    return asked().getChangeSecret().getPut().getValue().toStringUtf8();
  }

  @Test
  void aSecretComesFromStandardInputAndIsNeverShown() {
    answersWithSecret("apiKey", 3);
    shell.in = "123\"45\n";

    int code = shell.corale("secret", "put", "apiKey");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out()).isEqualTo("secret apiKey: version 3\n");
    assertThat(secretPut()).isEqualTo("\"123\\\"45\"");
    assertThat(shell.out() + shell.err()).doesNotContain("123");
  }

  @Test
  void aSecretIsAskedForAtATerminal() {
    answersWithSecret("apiKey", 1);
    shell.isTerminal = true;
    shell.in = "typed";

    assertThat(shell.corale("secret", "put", "apiKey")).isEqualTo(Exit.OK);
    assertThat(secretPut()).isEqualTo("\"typed\"");
  }

  @Test
  void aSecretMayBeAnObjectFromAFile(@TempDir Path folder) throws IOException {
    answersWithSecret("login", 1);
    Path file = Files.writeString(folder.resolve("login.json"), "{\"username\": \"a\"}\n");

    int code = shell.corale("secret", "put", "login", "--json", "--file", file.toString());

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(secretPut()).isEqualTo("{\"username\": \"a\"}");
  }

  @Test
  void aSecretThatCannotBeTakenIsNotQuoted() {
    shell.in = "{hush";
    assertThat(shell.corale("secret", "put", "apiKey", "--json")).isEqualTo(Exit.USAGE);
    shell.in = "hush".repeat(2_048);
    assertThat(shell.corale("secret", "put", "apiKey")).isEqualTo(Exit.USAGE);
    shell.in = "\n";
    assertThat(shell.corale("secret", "put", "apiKey")).isEqualTo(Exit.USAGE);
    assertThat(shell.corale("secret", "put", "hush=hush")).isEqualTo(Exit.USAGE);

    assertThat(line.asked).isEmpty();
    assertThat(shell.err())
        .doesNotContain("hush")
        .contains(
            "the value of secret apiKey is not one JSON value",
            "the value of secret apiKey has 8194 bytes as JSON, at most 8192",
            "the value of secret apiKey is empty",
            "the name of a secret has 1 to 63 letters");
  }

  @Test
  void secretsAreListedWithoutValues() {
    answersWithSecret("apiKey", 3);

    shell.corale("secret", "list");
    shell.corale("secret", "list", "-o", "json");

    assertThat(shell.out())
        .contains("SECRET  VERSION  CHANGED               KEY")
        .contains("apiKey  3        2023-11-14T22:13:20Z")
        .contains("\"changedAt\" : \"2023-11-14T22:13:20Z\"");
  }

  @Test
  void whatTheRegistryCouldNotBeAskedAboutIsSaidToBeOld() {
    answersWithOwner(9_000);
    shell.corale("owner", "show");
    assertThat(shell.out()).contains("ACCOUNT").doesNotContain(" old");

    answersWithOwner(61_000);
    shell.corale("owner", "show");
    assertThat(shell.out()).contains("This is 61.0 s old: the node cannot ask the registry.");
  }

  private void answersWithOwner(long ageMillis) {
    answers(
        Door.Response.newBuilder()
            .setOwner(Door.OwnerReport.newBuilder().setOwner("acme").setAgeMillis(ageMillis)));
  }

  @Test
  void aSecretIsRemovedByName() {
    answersWithSecret("apiKey", 4);

    assertThat(shell.corale("secret", "remove", "apiKey")).isEqualTo(Exit.OK);
    assertThat(asked().getChangeSecret().getRemove()).isEqualTo("apiKey");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "owner",
        "owner create",
        "owner show",
        "account",
        "account put",
        "account show",
        "secret",
        "secret put",
        "secret list",
        "secret remove",
        "secret reseal",
        "token",
        "token create",
        "publish",
        "run",
        "status",
        "trace",
        "explain",
        "list",
        "export",
        "cancel",
        "pause",
        "pause invocation",
        "pause composition",
        "pause owner",
        "resume",
        "resume invocation",
        "resume composition",
        "resume owner",
        "holds",
        "prioritize",
        "incidents",
        "incident show",
        "incident retry",
        "incident give-up",
        "schedules",
        "owner terms",
        "owner terms set",
        "retention",
        "retention set",
        "retention off",
        "cells",
        "nodes",
        "overlay"
      })
  void everyCommandExplainsItself(String command) {
    int code = shell.corale((command + " --help").split(" "));

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out()).contains("Usage: corale " + command).contains("Exit codes:");
  }

  private void reaches(int listeners, boolean isKnown) {
    answers(
        Door.Response.newBuilder()
            .setAnnounced(
                Door.Announced.newBuilder().setReached(listeners).setKnownAlready(isKnown)));
  }

  @Test
  void eventSendSaysWhomItReached() {
    reaches(2, false);

    int code =
        shell.corale(
            "event",
            "send",
            "--type",
            "paid",
            "--id",
            "e-1",
            "--subject",
            "7",
            "--data",
            "[1]",
            "--attribute",
            "level=3");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out().strip()).isEqualTo("event e-1 reached 2 listeners");
    assertThat(asked().getAnnounce().getEvent().toStringUtf8())
        .contains("\"type\":\"paid\"", "\"id\":\"e-1\"", "\"subject\":\"7\"", "\"data\":[1]")
        .contains("\"level\":\"3\"");
  }

  @Test
  void eventSendSaysThatAnInvocationKeepsIt() {
    reaches(0, true);

    shell.corale("event", "send", "--type", "paid", "--id", "e-1", "--to", "i-1");

    assertThat(asked().getAnnounce().getTo()).isEqualTo("i-1");
    assertThat(shell.out().strip())
        .isEqualTo("event e-1 was announced before: it is kept by i-1 until it listens");
  }

  @Test
  void eventSendTakesAWholeEventFromAFile(@TempDir Path folder) throws IOException {
    reaches(0, false);
    String event = "{\"specversion\":\"1.0\",\"id\":\"9\",\"source\":\"/s\",\"type\":\"t\"}";
    Path file = Files.writeString(folder.resolve("event.json"), event);

    shell.corale("event", "send", "--file", file.toString(), "--source", "/other");

    assertThat(shell.out().strip()).isEqualTo("the event reached nobody");
    assertThat(asked().getAnnounce().getEvent().toStringUtf8())
        .contains("\"id\":\"9\"", "\"source\":\"/other\"", "\"type\":\"t\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"event send", "event send --type t --data {", "event send --type t --to a/b"})
  void eventSendNeedsWhatAnEventNeeds(String command) {
    assertThat(shell.corale(command.split(" "))).isEqualTo(Exit.USAGE);
    assertThat(line.asked).isEmpty();
  }

  @Test
  void statusSaysWhatAnInvocationListensFor() {
    answers(
        Door.Response.newBuilder()
            .setStatus(
                Door.InvocationStatus.newBuilder()
                    .setInvocation("i-1")
                    .setPhase(Door.Phase.RUNNING)
                    .addListensFor("com.example.paid")));

    shell.corale("status", "i-1");

    assertThat(shell.out()).contains("listens for  com.example.paid");
  }
}
