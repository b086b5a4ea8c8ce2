package io.corale.deploy.chaos;

import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The stock shell of Ratis as a process of its own, as {@code deploy/bin/ratis-shell} starts it.
 */
final class RatisShell {
  private static final long PATIENCE_SECONDS = 60;

  private RatisShell() {}

  /** Asks for the leadership of a cell to be transferred; returns what the shell said. */
  static String transfer(Door.CellReport cell, Door.Member heir)
      throws IOException, InterruptedException {
    return run(
        cell,
        cell.getMembersList(),
        List.of("election", "transfer"),
        List.of("-address", heir.getRaftAddress(), "-timeout", "5"));
  }

  /** Asks a member to take a snapshot. */
  static String snapshot(Door.CellReport cell, Door.Member member)
      throws IOException, InterruptedException {
    return run(
        cell,
        List.of(member),
        List.of("snapshot", "create"),
        List.of("-peerId", member.getRaftPeer()));
  }

  private static String run(
      Door.CellReport cell, List<Door.Member> asked, List<String> command, List<String> options)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(command);
    arguments.add("-peers");
    arguments.add(String.join(",", asked.stream().map(Door.Member::getRaftAddress).toList()));
    arguments.add("-groupid");
    arguments.add(cell.getGroup());
    arguments.addAll(options);
    return run(arguments);
  }

  private static String run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.apache.ratis.shell.cli.sh.RatisShell");
    command.addAll(arguments);
    // Into a file: a shell that hangs would keep us reading for ever.
    Path said = Files.createTempFile("ratis-shell-", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("ratis-shell did not end within " + PATIENCE_SECONDS + " s");
      }
      return Files.readString(said);
    } finally {
      Files.delete(said);
    }
  }
}
