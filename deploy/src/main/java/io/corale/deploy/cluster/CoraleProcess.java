package io.corale.deploy.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One process that we started, as a rule of ours and by its subcommand, and that is ended by its
 * own pid only. Its output goes to a file, in which it says when it is ready.
 */
public final class CoraleProcess {
  private static final Duration POLL = Duration.ofMillis(50);

  /** What a script that is ended from outside would leave behind. */
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "kill"));
  }

  private final String name;
  private final Process process;
  private final Path output;

  private CoraleProcess(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  /**
   * Starts {@code corale ARGUMENTS} in a JVM of its own with this JVM's class path.
   *
   * @param jvmOptions before the class name, such as heap size
   */
  public static CoraleProcess start(
      String name, Path directory, List<String> jvmOptions, List<String> arguments)
      throws IOException {
    return start(name, directory, jvmOptions, arguments, Map.of(), Optional.empty());
  }

  /**
   * As above.
   *
   * @param environment what it has in its environment beside what this process has
   * @param build the directory of another build's distribution, in the place of this JVM's class
   *     path
   */
  static CoraleProcess start(
      String name,
      Path directory,
      List<String> jvmOptions,
      List<String> arguments,
      Map<String, String> environment,
      Optional<Path> build)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Djava.awt.headless=true");
    command.add("-Dorg.apache.ratis.thirdparty.io.netty.allocator.useCacheForAllThreads=false");
    command.add("-cp");
    command.add(
        build
            .map(it -> it.toAbsolutePath().resolve("lib") + "/*")
            .orElseGet(CoraleProcess::classPath));
    command.add("io.corale.deploy.Corale");
    command.addAll(arguments);
    return launch(name, directory, command, environment);
  }

  /**
   * Starts any command, such as a system that we are measured beside.
   *
   * @param directory where it works, and where its output goes
   * @param environment on top of ours
   */
  public static CoraleProcess launch(
      String name, Path directory, List<String> command, Map<String, String> environment)
      throws IOException {
    Files.createDirectories(directory);
    Path output = directory.resolve(name + ".out");
    // Each start begins its own output, so that "ready" is said by this life of the process.
    Files.deleteIfExists(output);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    RUNNING.add(process);
    var unused = process.onExit().thenRun(() -> RUNNING.remove(process));
    process.getOutputStream().close();
    return new CoraleProcess(name, process, output);
  }

  /** This JVM's class path, absolute, because the child works in another directory. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Its name in this cluster. */
  public String name() {
    return name;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until its output has a line that begins with {@code mark}, and returns that line.
   *
   * @throws IOException if it ends before, or does not say it in time; with the end of its output
   */
  public String await(String mark, Duration patience) throws IOException, InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < until) {
      Optional<String> line = said(mark);
      if (line.isPresent()) {
        return line.get();
      }
      if (!process.isAlive()) {
        throw new IOException(name + " ended with exit " + process.exitValue() + ": " + tail());
      }
      Thread.sleep(POLL.toMillis());
    }
    throw new IOException(name + " did not say '" + mark + "' within " + patience + ": " + tail());
  }

  /** The first whole line so far that begins with {@code mark}. */
  public Optional<String> said(String mark) throws IOException {
    return saidAll(mark).stream().findFirst();
  }

  /** All whole lines so far that begin with {@code mark}. */
  public List<String> saidAll(String mark) throws IOException {
    // Only whole lines: the last one may still be under way.
    String text = Files.readString(output, StandardCharsets.UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.startsWith(mark))
        .toList();
  }

  private String tail() throws IOException {
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /** As {@code kill -9}: no hook runs, no buffer is written. Returns when it is gone. */
  public void kill() throws InterruptedException {
    killNow();
    process.waitFor();
  }

  /** As {@link #kill}, without waiting. */
  void killNow() {
    process.destroyForcibly();
  }

  /** As {@code kill -STOP}: it stands still with all its threads, and keeps its sockets. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** As {@code kill -CONT}: it goes on as if no time had passed. */
  public void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** As {@code kill -INT}, which some programs take as the word to say what they have seen. */
  public void interrupt() throws IOException, InterruptedException {
    signal("INT");
  }

  /**
   * From now on it works where others leave processors idle: what stands for a machine of its own
   * should not take those of the cluster.
   */
  public void giveWay() throws IOException, InterruptedException {
    int exit =
        new ProcessBuilder("renice", "-n", "19", "-p", String.valueOf(pid()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IOException("renice of " + name + " ended with " + exit);
    }
  }

  /** Waits until it has ended by itself; whether it has. */
  public boolean ends(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void signal(String name) throws IOException, InterruptedException {
    int exit =
        new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IOException("kill -" + name + " of " + this.name + " ended with " + exit);
    }
  }

  /** As {@code kill -TERM}; by force after {@code grace}. Returns whether it left by itself. */
  public boolean stop(Duration grace) throws InterruptedException {
    process.destroy();
    if (process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
      return true;
    }
    kill();
    return false;
  }
}
