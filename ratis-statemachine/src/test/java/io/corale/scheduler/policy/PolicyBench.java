package io.corale.scheduler.policy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code deploy/bench/run policy}: what the order of dispatch is worth under load, on the real
 * scheduler, in virtual time: so it prints the same on every machine.
 */
public final class PolicyBench {
  private static final Path DEFAULT_TRACE = Path.of("../shared/data/azure-slice");
  private static final int INVOCATIONS = 8_000;
  private static final int SEEDS = 5;
  private static final int QUICK_INVOCATIONS = 400;
  private static final int QUICK_SEEDS = 2;

  private PolicyBench() {}

  /**
   * What was asked for.
   *
   * @param trace empty: the slice where it is usually found, else the generator
   */
  private record Asked(
      Optional<Path> trace, boolean isGenerated, Optional<Path> svg, boolean isQuick) {
    private static Asked of(List<String> arguments) {
      @Nullable Path trace = null;
      @Nullable Path svg = null;
      boolean isGenerated = false;
      boolean isQuick = false;
      for (int i = 0; i < arguments.size(); i++) {
        String argument = arguments.get(i);
        if (argument.equals("--quick")) {
          isQuick = true;
        } else if (argument.equals("--generated")) {
          isGenerated = true;
        } else if (argument.equals("--svg")) {
          i++;
          if (i == arguments.size() || arguments.get(i).startsWith("--")) {
            throw new BadInput("--svg needs the file to write");
          }
          svg = writable(Path.of(arguments.get(i)));
        } else if (argument.startsWith("-") || trace != null) {
          throw new BadInput("'" + argument + "' is unknown, see --help");
        } else {
          trace = Path.of(argument);
        }
      }
      if (isGenerated && trace != null) {
        throw new BadInput("either a TRACE or --generated, not both");
      }
      return new Asked(Optional.ofNullable(trace), isGenerated, Optional.ofNullable(svg), isQuick);
    }

    /** Asked before all else, for it is needed at the very end. */
    private static Path writable(Path file) {
      Path directory = file.toAbsolutePath().getParent();
      if (Files.isDirectory(file) || directory == null || !Files.isWritable(directory)) {
        throw new BadInput("--svg " + file + ": is no file in a directory that can be written to");
      }
      return file;
    }
  }

  /** Prints the tables; ends with 2 where the input cannot be used. */
  public static void main(String[] arguments) {
    try {
      run(List.of(arguments), System.out);
    } catch (BadInput e) {
      System.err.println("bench policy: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("bench policy: the picture cannot be written: " + e);
      System.exit(2);
    }
  }

  static void run(List<String> arguments, PrintStream out) throws IOException {
    Asked asked = Asked.of(arguments);
    Slice slice = slice(asked, out);
    long seeds = asked.isQuick ? QUICK_SEEDS : SEEDS;
    int invocations = asked.isQuick ? QUICK_INVOCATIONS : INVOCATIONS;
    out.printf(
        "%,d invocations of compositions of %s (%,d functions), %d slots, seeds 1 to %d%s%n",
        invocations,
        slice.origin(),
        slice.functions().size(),
        World.SLOTS,
        seeds,
        asked.isQuick ? "; quick: its figures mean nothing" : "");
    slice.skipped().forEach(words -> out.println("left out: " + words));
    out.println();
    Study study = Study.of(slice, invocations, LongStream.rangeClosed(1, seeds).boxed().toList());
    out.println(Report.of(study));
    if (asked.svg.isPresent()) {
      Files.writeString(asked.svg.get(), Chart.of(study));
      out.println("\nas a picture: " + asked.svg.get());
    }
  }

  private static Slice slice(Asked asked, PrintStream out) {
    if (asked.isGenerated) {
      return Generated.slice();
    }
    if (asked.trace.isPresent()) {
      return AzureSlice.read(asked.trace.get());
    }
    if (Files.isDirectory(DEFAULT_TRACE)) {
      return AzureSlice.read(DEFAULT_TRACE);
    }
    out.println("no slice in " + DEFAULT_TRACE + ", so functions are generated");
    return Generated.slice();
  }
}
