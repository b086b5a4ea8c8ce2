package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.client.Publication;
import io.corale.client.Publishing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale publish}. */
@Command(
    name = "publish",
    description = {
      "Publishes a version of a composition, for good.",
      "The same content again changes nothing; other content needs another version.",
      "",
      "External resources are read from files below the composition's directory, or fetched",
      "over http and https, and become part of what is published."
    })
final class PublishCommand implements Callable<Integer> {
  /** What a resource needs may need something in turn, but not for ever. */
  private static final int MAX_ROUNDS = 4;

  @Parameters(paramLabel = "FILE", description = "YAML or JSON; '-' reads standard input.")
  private String file = "";

  @Option(
      names = "--files",
      paramLabel = "DIRECTORY",
      description = "Lets resources be files below this directory instead of the composition's.")
  private @Nullable Path files;

  @Mixin private final ConnectionOptions connection;

  PublishCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    String source = Sources.read(file, connection.surroundings().in());
    Path directory =
        file.equals("-") ? Path.of("").toAbsolutePath() : Fetching.directory(Path.of(file));
    Fetching fetching =
        new Fetching(source, directory, files == null ? directory : files, Web.real());
    try (Client client = connection.ownersClient()) {
      Publication publication = publish(client, source, fetching);
      connection
          .out()
          .println(
              publication.composition()
                  + (publication.knownAlready() ? " was published already" : " is published"));
      return Exit.OK;
    }
  }

  private Publication publish(Client client, String source, Fetching fetching) {
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      Publishing answer = Replies.value(client.publish(source, fetching.texts()));
      if (answer instanceof Publishing.Published done) {
        return done.publication();
      }
      for (Publishing.Need need : ((Publishing.Lacking) answer).needs()) {
        fetch(need, fetching);
      }
    }
    throw CliFailure.usage(
        "file " + file + ": its resources still needed others after " + MAX_ROUNDS + " rounds");
  }

  private void fetch(Publishing.Need need, Fetching fetching) {
    PrintWriter err = connection.err();
    try {
      if (fetching.has(need.address())) {
        throw new IOException("the node asks for it again");
      }
      err.println("fetching " + need.address());
      err.flush();
      fetching.fetch(need.address());
    } catch (IOException e) {
      throw CliFailure.usage(
          "%s:%d:%d: resource %s cannot be read: %s"
              .formatted(file, need.line(), need.column(), need.address(), e.getMessage()));
    }
  }
}
