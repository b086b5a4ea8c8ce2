package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.InvocationId;
import io.corale.model.ServiceClass;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale prioritize}. */
@Command(
    name = "prioritize",
    description = {
      "Gives an invocation that runs another class, another deadline, or both.",
      "It queues as if it were started now: the deadline is at most what the class allows. Those"
          + " that it awaits follow."
    })
final class PrioritizeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The invocation.")
  private String id = "";

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "urgent, interactive, standard or batch (default: as it is).")
  private @Nullable ServiceClass serviceClass;

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      description = "By when it should end, from now, such as PT10S (default: by its class).")
  private @Nullable Duration deadline;

  @Mixin private final ConnectionOptions connection;

  PrioritizeCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    InvocationId invocation = Ids.parse(id);
    requireSense();
    try (Client client = connection.ownersClient()) {
      Replies.value(
          client.prioritize(
              invocation, Optional.ofNullable(serviceClass), Optional.ofNullable(deadline)));
      connection.out().println(invocation + " has its new priority");
      return Exit.OK;
    }
  }

  private void requireSense() {
    if (serviceClass == null && deadline == null) {
      throw CliFailure.usage("say --class, --deadline, or both");
    }
    if (deadline != null && deadline.toMillis() < 1) {
      throw CliFailure.usage("--deadline must be at least PT0.001S, was " + deadline);
    }
  }
}
