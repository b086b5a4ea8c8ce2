package io.corale.node.provider.exec;

import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderFactory;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.ProviderSettings.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Opens {@link ExecProvider}, once every declared program can be run and supervised. */
public final class ExecProviderFactory implements ProviderFactory {
  @Override
  public String id() {
    return ExecProvider.ID;
  }

  @Override
  public Provider open(ProviderSettings settings) {
    settings.programs().forEach(ExecProviderFactory::requireExecutable);
    Optional<Supervisor> supervisor = Supervisor.find(System.getenv("PATH"));
    if (supervisor.isEmpty() && !settings.programs().isEmpty()) {
      throw new IllegalArgumentException(
          "exec.programs: needs 'timeout' of GNU coreutils on the node's PATH, which ends programs"
              + " even when the node is killed; there is none");
    }
    return new ExecProvider(settings.programs(), supervisor);
  }

  private static void requireExecutable(String name, Program program) {
    Path path = Path.of(program.command().get(0));
    if (!path.isAbsolute() || !Files.isRegularFile(path) || !Files.isExecutable(path)) {
      throw new IllegalArgumentException(
          "exec.programs."
              + name
              + ": must begin with the absolute path of an executable file, was '"
              + path
              + "'");
    }
  }
}
