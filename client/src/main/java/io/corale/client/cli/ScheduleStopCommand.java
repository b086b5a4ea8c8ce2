package io.corale.client.cli;

import io.corale.client.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale schedules stop}. */
@Command(
    name = "stop",
    description = "Stops the schedule of a composition; what runs of it runs on.")
final class ScheduleStopCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The composition, without a version.")
  private String name = "";

  @Mixin private final ConnectionOptions connection;

  ScheduleStopCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Replies.value(client.stopSchedule(name));
      connection.out().println(name + " does not run by itself any more");
      return Exit.OK;
    }
  }
}
