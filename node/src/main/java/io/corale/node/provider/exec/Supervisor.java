package io.corale.node.provider.exec;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code timeout} of GNU coreutils: it leads a process group of its own, lives on when the node
 * is killed, and at the end of the time kills the program with all that it started in that group.
 *
 * @param path of its executable file
 */
record Supervisor(Path path) {
  /** The first one on a search path that says it is of GNU coreutils. */
  static Optional<Supervisor> find(@Nullable String searchPath) {
    for (String directory :
        List.of((searchPath == null ? "" : searchPath).split(File.pathSeparator, -1))) {
      Path path = Path.of(directory, "timeout");
      if (Path.of(directory).isAbsolute() && Files.isExecutable(path) && isCoreutils(path)) {
        return Optional.of(new Supervisor(path));
      }
    }
    return Optional.empty();
  }

  private static boolean isCoreutils(Path path) {
    try {
      Process process =
          new ProcessBuilder(path.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return told.contains("GNU coreutils");
    } catch (IOException e) {
      return false;
    }
  }

  /** The command that runs this one for so long at most. */
  List<String> command(Duration limit, List<String> program) {
    List<String> command = new ArrayList<>();
    command.add(path.toString());
    command.add("--signal=KILL");
    command.add(String.format(Locale.ROOT, "%.3f", limit.toMillis() / 1_000.0));
    command.addAll(program);
    return command;
  }
}
