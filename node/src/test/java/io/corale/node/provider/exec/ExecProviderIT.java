package io.corale.node.provider.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.provider.Calls;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.ProviderSettings.Program;
import io.corale.node.provider.ScarceRoom;
import io.corale.node.provider.SendGuard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecProviderIT {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void runsADeclaredProgramOnItsArguments() throws Exception {
    assertThat(run("cat")).isEqualTo(new Outcome.Success(Payload.ofJson("{\"n\":7}")));
    assertThat(run("echo ' [1, 2] '")).isEqualTo(new Outcome.Success(Payload.ofJson("[1, 2]")));
    assertThat(run("exit 0")).isEqualTo(new Outcome.Success(Payload.NULL));
  }

  @Test
  void tellsAProgramItsAttemptAndNothingOfTheNode() throws Exception {
    Outcome.Success told =
        (Outcome.Success) run("/usr/bin/tr '\\0' '\\n' < /proc/$$/environ; echo; pwd");

    assertThat(told.result().json().lines())
        .containsExactlyInAnyOrder(
            "CORALE_ATTEMPT=1",
            "CORALE_IDEMPOTENCY_KEY=inv/3",
            "CORALE_NOT_AFTER=2026-01-01T00:00:00Z",
            "",
            "/");
  }

  @Test
  void tellsWhyAProgramFailed() throws Exception {
    assertThat(run("echo '{}'; echo 'no such picture' >&2; exit 3"))
        .isEqualTo(new Outcome.FunctionError("exit status 3: no such picture", true));
    assertThat(run("i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); done >&2; exit 1"))
        .isInstanceOfSatisfying(
            Outcome.FunctionError.class,
            error -> assertThat(error.detail()).endsWith("19999").hasSizeLessThan(1_100));
  }

  @Test
  void endsAProgramThatPrintsTooMuch() throws Exception {
    assertThat(run("exec /usr/bin/yes 0123456789012345678901234567890123456789"))
        .isEqualTo(new Outcome.FunctionError("the program printed more than 8388608 bytes", false));
  }

  @Test
  void readsWhatAProgramPrintsWhenThereIsRoomForIt() throws Exception {
    ScarceRoom room = new ScarceRoom();
    String script = "echo '\"'; /usr/bin/head -c 600000 /dev/zero | /usr/bin/tr '\\0' x; echo '\"'";
    try (Provider provider = open(script, LONG)) {
      CompletableFuture<Outcome> outcome = provider.call(call().holding(room.hold()).call());
      room.awaitWaiting();
      assertThatThrownBy(() -> outcome.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      room.open();

      assertThat(outcome.get(20, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              Outcome.Success.class,
              success -> assertThat(success.result().sizeBytes()).isEqualTo(600_004));
    }
  }

  @Test
  void doesNotWaitForWhatAProgramLeavesBehind() throws Exception {
    assertThat(run("/bin/sleep 3 & /bin/sleep 0.1; echo 1"))
        .isEqualTo(new Outcome.Success(Payload.ofJson("1")));
    assertThat(run("/bin/sleep 3 >/dev/null 2>&1 & echo 1"))
        .isEqualTo(new Outcome.Success(Payload.ofJson("1")));
  }

  /** Nothing of the node is used up by what programs leave behind. */
  @Test
  void runsOnHoweverMuchProgramsLeaveBehind() throws Exception {
    try (Provider provider = open("/bin/sleep 20 & /bin/sleep 0.05; echo 1", LONG)) {
      for (int round = 0; round < 3; round++) {
        List<CompletableFuture<Outcome>> answers = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
          answers.add(provider.call(call().named("inv-" + i, 1).call()));
        }
        for (CompletableFuture<Outcome> answer : answers) {
          assertThat(answer.get(20, TimeUnit.SECONDS))
              .isEqualTo(new Outcome.Success(Payload.ofJson("1")));
        }
      }
    }
  }

  /** Rule 14: the end at the timeout is certain, of the program and of its children. */
  @Test
  void endsAProgramAndItsChildrenAtTheTimeout() throws Exception {
    Path child = directory.resolve("child");
    String script = "trap '' TERM; /bin/sleep 60 & echo $! > " + child + "; wait";

    try (Provider provider = open(script, Duration.ofSeconds(4))) {
      assertThat(provider.call(call().call()).get(20, TimeUnit.SECONDS))
          .isEqualTo(new Outcome.TimedOut(false));
    }

    awaitEnd(Long.parseLong(Files.readString(child).strip()));
  }

  /** Rule 14: also when nobody is left who could end it. */
  @Test
  void endsAProgramAtItsTimeoutAlthoughTheNodeWasKilled() throws Exception {
    Path pid = directory.resolve("pid");
    String script =
        "echo $$ > " + pid + ".new; /bin/mv " + pid + ".new " + pid + "; exec /bin/sleep 60";
    Process node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                program(script).toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    long program = Long.parseLong(await(pid).strip());

    node.destroyForcibly().waitFor();

    assertThat(isRunning(program)).isTrue();
    awaitEnd(program);
  }

  /** A node with one running program, to be killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) {
      Provider provider = open(Path.of(arguments[0]), Duration.ofSeconds(4));
      provider.call(call().call()).join();
    }
  }

  /** Rule 10. */
  @Test
  void startsNothingThatTheGuardForbids() throws Exception {
    Path trace = directory.resolve("trace");
    try (Provider provider = open("echo 1 > " + trace, LONG)) {
      assertThat(provider.call(call().guardedBy(() -> false).call()).get(20, TimeUnit.SECONDS))
          .isInstanceOf(Outcome.NotSent.class);
    }
    assertThat(trace).doesNotExist();
  }

  @Test
  void givesAProgramLargeArgumentsAndLeavesNoFile() throws Exception {
    String large = "\"" + "x".repeat(77_777) + "\"";
    try (Provider provider = open("cat", LONG)) {
      assertThat(provider.call(call().with(large).call()).get(20, TimeUnit.SECONDS))
          .isEqualTo(new Outcome.Success(Payload.ofJson(large)));
    }
    assertThat(argumentFiles(77_779)).isEmpty();
  }

  /** Rule 10: what the guard permits begins at once, however slow the disk is. */
  @Test
  void asksTheGuardWhenLargeArgumentsAreWritten() throws Exception {
    String large = "\"" + "x".repeat(66_666) + "\"";
    List<Path> seen = new ArrayList<>();
    SendGuard guard =
        () -> {
          seen.addAll(argumentFiles(66_668));
          return false;
        };
    try (Provider provider = open("exit 0", LONG)) {
      assertThat(
              provider.call(call().with(large).guardedBy(guard).call()).get(20, TimeUnit.SECONDS))
          .isInstanceOf(Outcome.NotSent.class);
    }
    assertThat(seen).hasSize(1);
    assertThat(argumentFiles(66_668)).isEmpty();
  }

  @Test
  void runsNoMoreAtOnceThanANodeCanBear() throws Exception {
    try (Provider provider = open("exec /bin/sleep 60", LONG)) {
      for (int i = 0; i < 32; i++) {
        CompletableFuture<Outcome> unused = provider.call(call().named("inv-" + i, 1).call());
      }
      assertThat(provider.call(call().call()).get(20, TimeUnit.SECONDS))
          .isEqualTo(Outcome.Throttled.byUs(Duration.ofSeconds(1)));
    }
  }

  @Test
  void callsOnlyWhatTheOperatorDeclared() throws Exception {
    try (Provider provider = open("exit 0", LONG)) {
      for (Map<String, String> target :
          List.of(
              Map.<String, String>of(),
              Map.of("program", "/bin/sh"),
              Map.of("program", "script", "arguments", "-x"))) {
        assertThat(provider.call(call().to(target).call()).get(20, TimeUnit.SECONDS))
            .isInstanceOfSatisfying(
                Outcome.FunctionError.class,
                error -> {
                  assertThat(error.detail()).contains("[script]");
                  assertThat(error.retryable()).isFalse();
                });
      }
    }
    assertThatThrownBy(() -> open(Path.of("relative"), LONG))
        .hasMessageContaining("exec.programs.script")
        .hasMessageContaining("absolute path");
  }

  @Test
  void knowsASupervisorWhenItSeesOne() throws Exception {
    Path other = directory.resolve("timeout");
    script(other, "echo 'timeout of somebody else'");

    assertThat(Supervisor.find(directory.toString())).isEmpty();
    assertThat(Supervisor.find(null)).isEmpty();
    assertThat(Supervisor.find(directory + ":/usr/bin:/bin")).isPresent();
    assertThat(
            Optional.of(new Supervisor(other))
                .map(s -> s.command(Duration.ofMillis(1_500), List.of("/x"))))
        .contains(List.of(other.toString(), "--signal=KILL", "1.500", "/x"));
  }

  private Outcome run(String script) throws Exception {
    try (Provider provider = open(script, LONG)) {
      return provider.call(call().call()).get(30, TimeUnit.SECONDS);
    }
  }

  /** Files of arguments of this size, wherever they come from. */
  private static List<Path> argumentFiles(long bytes) {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("corale-arguments"))
          .filter(file -> file.toFile().length() == bytes)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Calls call() {
    return Calls.at("exec", Map.of()).to(Map.of("program", "script")).within(LONG);
  }

  private Provider open(String script, Duration timeout) throws IOException {
    return open(program(script), timeout);
  }

  private static Provider open(Path program, Duration timeout) {
    return new ExecProviderFactory()
        .open(
            new ProviderSettings(
                List.of(),
                "",
                new TreeMap<>(Map.of("script", new Program(List.of(program.toString()), timeout))),
                List.of()));
  }

  private Path program(String script) throws IOException {
    Path file = directory.resolve("script-" + Integer.toHexString(script.hashCode()));
    script(file, script);
    return file;
  }

  private static void script(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private static String await(Path file) throws Exception {
    for (int i = 0; i < 1_000 && !Files.exists(file); i++) {
      Thread.sleep(20);
    }
    return Files.readString(file);
  }

  private static void awaitEnd(long pid) throws Exception {
    for (int i = 0; i < 500 && isRunning(pid); i++) {
      Thread.sleep(20);
    }
    assertThat(isRunning(pid)).isFalse();
  }

  /** A process that ended, but whose new parent has not asked for it yet, does not run. */
  private static boolean isRunning(long pid) {
    Path stat = Path.of("/proc/" + pid + "/stat");
    try {
      String text = Files.readString(stat);
      char state = text.charAt(text.lastIndexOf(')') + 2);
      return state != 'Z' && state != 'X';
    } catch (IOException e) {
      return false;
    }
  }
}
