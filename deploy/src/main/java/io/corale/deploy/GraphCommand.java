package io.corale.deploy;

import io.corale.client.cli.Exit;
import io.corale.flow.Outline;
import io.corale.flow.graph.GraphPicture;
import io.corale.flow.graph.Mermaid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code corale graph}: draws a composition without a cluster. */
@Command(
    name = "graph",
    description = {
      "Draws a composition as a Mermaid flowchart, or as an SVG.",
      "A file that is no composition gets the findings of 'corale validate'."
    },
    mixinStandardHelpOptions = true)
final class GraphCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "a composition in YAML or JSON")
  private Path file = Path.of("");

  @Option(names = "--svg", description = "an SVG that needs nothing else")
  private boolean isSvg;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "where to write it; default: standard output")
  private @Nullable Path output;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    PrintWriter out = here.commandLine().getOut();
    PrintWriter err = here.commandLine().getErr();
    try {
      Optional<Source> source = Source.compile(file, err);
      if (source.isEmpty()) {
        return Exit.USAGE;
      }
      Outline outline = Outline.of(source.get().composition());
      return write(isSvg ? GraphPicture.svg(outline) : Mermaid.text(outline), out, err);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private int write(String text, PrintWriter out, PrintWriter err) {
    if (output == null) {
      out.print(text);
      return Exit.OK;
    }
    try {
      Files.writeString(output, text);
      return Exit.OK;
    } catch (IOException e) {
      err.println(output + ": cannot be written: " + e);
      return Exit.USAGE;
    }
  }
}
