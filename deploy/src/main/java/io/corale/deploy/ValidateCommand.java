package io.corale.deploy;

import io.corale.client.cli.Exit;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code corale validate}: checks compositions without a cluster. */
@Command(
    name = "validate",
    description = {
      "Checks composition files without a cluster and names everything that is wrong.",
      "As FILE:LINE:COLUMN: what was found and what was expected."
    },
    mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", arity = "1..*", description = "compositions in YAML or JSON")
  private List<Path> files = List.of();

  @Option(
      names = "--link",
      description = "fetches external resources as publishing does, and checks them too")
  private boolean link;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    PrintWriter out = here.commandLine().getOut();
    PrintWriter err = here.commandLine().getErr();
    int exit = Exit.OK;
    for (Path file : files) {
      Optional<Source> source = link ? new Linked(file, err).compile() : Source.compile(file, err);
      source.ifPresent(good -> tell(file, good, out));
      exit = source.isPresent() ? exit : Exit.USAGE;
    }
    out.flush();
    err.flush();
    return exit;
  }

  private static void tell(Path file, Source source, PrintWriter out) {
    out.println(file + ": " + source.composition().ref() + " is a composition");
    source.needs().forEach(need -> out.println(file + ":" + need + " when it is published"));
  }
}
