package io.corale.client.cli;

import io.corale.client.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale schedules start}. */
@Command(name = "start", description = "Starts the schedule of a composition again, from now.")
final class ScheduleStartCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The composition, without a version.")
  private String name = "";

  @Mixin private final ConnectionOptions connection;

  ScheduleStartCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Replies.value(client.startSchedule(name));
      connection.out().println(name + " runs by itself again");
      return Exit.OK;
    }
  }
}
