package io.corale.deploy;

import io.corale.client.cli.Fetching;
import io.corale.flow.Need;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A file with a composition, compiled with the external resources that publishing would fetch. */
final class Linked {
  /** What a resource needs may need something in turn, but not for ever. */
  private static final int MAX_ROUNDS = 4;

  private final Path file;
  private final PrintWriter err;

  Linked(Path file, PrintWriter err) {
    this.file = file;
    this.err = err;
  }

  /**
   * What needs remain are functions of the owner's catalog; empty where anything is wrong, which
   * was printed.
   */
  Optional<Source> compile() {
    Optional<Source> source = Source.compile(file, err);
    if (source.isEmpty() || open(source.get()).isEmpty()) {
      return source;
    }
    try {
      Fetching fetching = Fetching.of(file, Files.readString(file));
      for (int round = 1; round <= MAX_ROUNDS; round++) {
        for (Need need : open(source.get())) {
          if (!fetch(need, fetching)) {
            return Optional.empty();
          }
        }
        source =
            Source.compile(
                file, address -> Optional.ofNullable(fetching.texts().get(address)), err);
        if (source.isEmpty() || open(source.get()).isEmpty()) {
          return source;
        }
      }
      err.println(file + ": its resources still needed others after " + MAX_ROUNDS + " rounds");
    } catch (IOException e) {
      err.println(file + ": cannot be read as UTF-8 text: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static List<Need> open(Source source) {
    return source.needs().stream().filter(need -> !need.isOwnFunction()).toList();
  }

  private boolean fetch(Need need, Fetching fetching) {
    try {
      err.println("fetching " + need.address());
      err.flush();
      fetching.fetch(need.address());
      return true;
    } catch (IOException e) {
      err.println(
          "%s:%d:%d: resource %s cannot be read: %s"
              .formatted(file, need.line(), need.column(), need.address(), e.getMessage()));
      return false;
    }
  }
}
