package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.Right;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale token create}. */
@Command(
    name = "create",
    description = {
      "Makes a token for an owner and prints it, this once: only its hash is kept.",
      "Standard output carries nothing but the token."
    })
final class TokenCreateCommand implements Callable<Integer> {
  @Option(
      names = "--subject",
      required = true,
      paramLabel = "NAME",
      description = "Who will hold it; stands in the record of every invocation.")
  private String subject = "";

  @Option(
      names = "--right",
      split = ",",
      paramLabel = "RIGHT",
      description = "What it allows: invoke, read, publish, admin; several by commas.")
  private List<Right> rights = new ArrayList<>();

  @Option(names = "--operator", description = "It allows everything, with every owner.")
  private boolean operator;

  @Mixin private final ConnectionOptions connection;

  TokenCreateCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    if (rights.isEmpty() && !operator) {
      throw CliFailure.usage("no rights: give --right invoke,read,publish,admin or --operator");
    }
    Set<Right> distinct = EnumSet.noneOf(Right.class);
    distinct.addAll(rights);
    try (Client client = connection.ownersClient()) {
      connection.out().println(Replies.value(client.createToken(subject, distinct, operator)));
      return Exit.OK;
    }
  }
}
