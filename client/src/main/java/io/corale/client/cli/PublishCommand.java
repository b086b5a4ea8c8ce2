package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.client.Publication;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale publish}. */
@Command(
    name = "publish",
    description = {
      "Publishes a version of a composition, for good.",
      "The same content again changes nothing; other content needs another version."
    })
final class PublishCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "YAML or JSON; '-' reads standard input.")
  private String file = "";

  @Mixin private final ConnectionOptions connection;

  PublishCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    String source = Sources.read(file, connection.surroundings().in());
    try (Client client = connection.ownersClient()) {
      Publication publication = Replies.value(client.publish(source));
      connection
          .out()
          .println(
              publication.composition()
                  + (publication.knownAlready() ? " was published already" : " is published"));
      return Exit.OK;
    }
  }
}
